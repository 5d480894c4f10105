// The typescript-fetch client of openapi-generator.
import * as made from "./made/index.js";
import type { Book, NewBookPatch, NewBook as WholeBook, NewOrder, Order } from "./made/index.js";

export type NewBook = WholeBook;
export type { Book, Order };
type Genre = NewBook["genre"];

let configuration = new made.Configuration();
const books = () => new made.BooksApi(configuration);
const covers = () => new made.CoversApi(configuration);
const orders = () => new made.OrdersApi(configuration);

/** Return a result, or the body of an error, which the client leaves to its user. */
async function open<Data>(result: Promise<made.ApiResponse<Data>>): Promise<{ body: Data; status: number }> {
  try {
    const answer = await result;
    return { body: answer.raw.status === 204 ? (undefined as Data) : await answer.value(), status: answer.raw.status };
  } catch (error) {
    if (!(error instanceof made.ResponseError)) throw error;
    return { body: (await error.response.json()) as Data, status: error.response.status };
  }
}

export function connect(basePath: string, token = ""): void {
  // The client sends an access token of OAuth 2 as it is, without the name of the scheme.
  configuration = new made.Configuration({ basePath, accessToken: `Bearer ${token}` });
}
export const token = (body: { accessToken: string }): string => body.accessToken;
export const author = (authorId: number) => ({ authorId });
export const published = (published: string) => ({ published: new Date(published) });
export const line = (bookId: number, quantity: number) => ({ bookId, quantity });
export const missing = (body: unknown): unknown => (body as { book_id?: number }).book_id;
/** The client has no validator. */
export const accepts: ((book: unknown) => boolean) | undefined = undefined;

export const logIn = (username: string, password: string) =>
  open(new made.AccountsApi(configuration).accountsLogInRaw({ grantType: "password", username, password }));
export const listBooks = (genre: Genre[], maxPrice: string, limit: number) =>
  open(books().booksListBooksRaw({ genre, maxPrice, limit }));
export const suggest = (genre: Genre) => open(books().booksSuggestBooksRaw({ genre }));
export const addBook = (newBook: NewBook): Promise<{ body: Book | { isbn: string }; status: number }> =>
  open(books().booksAddBookRaw({ newBook }));
export const readBook = (bookId: number) => open(books().booksReadBookRaw({ bookId }));
export const updateBook = (bookId: number, newBookPatch: NewBookPatch) =>
  open(books().booksUpdateBookRaw({ bookId, newBookPatch }));
export const deleteBook = (bookId: number) => open(books().booksDeleteBookRaw({ bookId }));
export const uploadCover = (bookId: number, caption: string, cover: File) =>
  open(covers().booksCoversUploadCoverRaw({ bookId, caption, cover }));
export const readCover = (bookId: number) => open(covers().booksCoversReadCoverRaw({ bookId }));
export const placeOrder = (newOrder: NewOrder, xChannel: "web" | "shop" | "phone") =>
  open(orders().ordersPlaceOrderRaw({ newOrder, xChannel }));
export const listOrders = (since: Date) => open(orders().ordersListOrdersRaw({ since }));
export const readReceipt = (orderId: string) => open(orders().ordersReadReceiptRaw({ orderId }));
