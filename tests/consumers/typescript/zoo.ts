// A day in the zoo, with openapi-fetch and the types of openapi-typescript: `node … URL`.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./zoo.js";

type Schemas = components["schemas"];

const url = process.argv[2] ?? "";
const guest = createClient<paths>({ baseUrl: url });

const { error: wrong } = await guest.POST("/session", { body: { name: "keeper", password: "no" } });
assert.equal(wrong?.title, "Nobody has this name and this password.");
const { data: session, response: entered } = await guest.POST("/session", {
  body: { name: "keeper", password: "straw and water" },
});
assert.ok(session);
assert.deepEqual([session.lasts, entered.headers.get("X-Lasts")], ["PT1H", "3600"]);
const byForm = await guest.POST("/session", {
  body: { name: "keeper", password: "straw and water" },
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
});
assert.ok(byForm.data?.token);
const keeper = createClient<paths>({
  baseUrl: url,
  headers: { Authorization: `Bearer ${session.token}` },
});

// A union, told apart by its tag.
const tom: Schemas["CatInput"] = { kind: "cat", name: "Tom", weight: "4.5", tags: ["grey", "old"] };
const { error: stranger } = await guest.POST("/animals", { body: tom });
assert.equal(stranger?.status, 401);
const { data: added } = await keeper.POST("/animals", { body: tom });
assert.ok(added && "kind" in added && added.kind === "cat");
assert.deepEqual([added.lives, added.diet, added.weight], [9, "meat", "4.5"]);
const { error: taken } = await keeper.POST("/animals", { body: tom });
assert.ok(taken && "taken" in taken);
assert.equal(taken.taken, "Tom");
const { data: stay, response: accepted } = await keeper.POST("/animals", {
  params: { query: { quarantine: true } },
  body: { kind: "parrot", name: "Polly", weight: "0.4", words: { hello: 3 } },
});
assert.equal(accepted.status, 202);
assert.ok(stay && "animal_id" in stay);
const { data: polly } = await guest.GET("/animals/{animal_id}", {
  params: { path: { animal_id: stay.animal_id } },
});
assert.ok(polly && polly.kind === "parrot");
assert.equal(polly.words["hello"], 3);
const { data: changed } = await keeper.PATCH("/animals/{animal_id}", {
  params: { path: { animal_id: added.id } },
  body: { weight: "5.25", enclosure: "hill" },
});
assert.deepEqual([changed?.weight, changed?.enclosure], ["5.25", "hill"]);

// Every style of parameter: commas, brackets, a page by its cursor.
const { data: found } = await guest.GET("/animals", {
  params: { query: { kind: "cat", tags: ["grey", "old"], where: { enclosure: "hill", heavier: "5" } } },
  querySerializer: { array: { style: "form", explode: false }, object: { style: "deepObject", explode: true } },
});
assert.deepEqual(found?.items.map((animal) => animal.name), ["Tom"]);
const { data: first } = await guest.GET("/animals", { params: { query: { limit: 1 } } });
assert.equal(first?.following, String(added.id));
const { data: rest } = await guest.GET("/animals", {
  params: { query: { cursor: Number(first.following) } },
});
assert.deepEqual([rest?.items.map((animal) => animal.name), rest?.following], [["Polly"], null]);

// Texts, tables, pictures.
const animal = { params: { path: { animal_id: added.id } } };
const { response: noted } = await keeper.PUT("/animals/{animal_id}/notes", {
  ...animal,
  body: "Likes fish, é.",
  bodySerializer: (body) => body,
  headers: { "Content-Type": "text/plain" },
});
assert.equal(noted.status, 204);
const { data: notes } = await guest.GET("/animals/{animal_id}/notes", { ...animal, parseAs: "text" });
assert.equal(notes, "Likes fish, é.");
const basic = Buffer.from("keeper:straw and water").toString("base64");
const { data: report } = await guest.POST("/animals/table", {
  body: "cat,Max,3\nrock,Rocky,1\n",
  bodySerializer: (body) => body,
  headers: { "Content-Type": "text/csv", Authorization: `Basic ${basic}` },
});
assert.deepEqual(report, { added: 1, refused: [2] });
const { data: table } = await guest.GET("/animals/table", { parseAs: "text" });
assert.ok(table?.startsWith("cat,Tom,5.25\r\n"));
const picture = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
const { data: photo } = await keeper.PUT("/animals/{animal_id}/picture", {
  ...animal,
  body: { picture: "tom.png", caption: "On the hill", taken: "2026-05-01", extras: ["a.txt"] },
  bodySerializer: (body) => {
    const form = new FormData();
    form.set("caption", body.caption);
    form.set("taken", body.taken ?? "");
    form.set("picture", new Blob([picture], { type: "image/png" }), body.picture);
    body.extras?.forEach((extra) => form.append("extras", new Blob(["1"]), extra));
    return form;
  },
});
assert.deepEqual(photo, { caption: "On the hill", taken: "2026-05-01", size: 4, extras: ["a.txt"] });
const { data: seen } = await guest.GET("/animals/{animal_id}/picture", { ...animal, parseAs: "arrayBuffer" });
assert.deepEqual(new Uint8Array(seen ?? new ArrayBuffer(0)), picture);

// Other ways in.
const { data: counts } = await guest.GET("/animals/counts", {
  headers: { "X-Partner-Key": "a key of a partner" },
});
assert.deepEqual([counts?.cats, counts?.parrots], [2, 1]);
const { data: names } = await keeper.GET("/animals/{kinds}/names", { params: { path: { kinds: "cats" } } });
assert.deepEqual(names, ["Tom", "Max"]);

// Dates, times, decimals, tuples, sets.
const { data: visit } = await guest.POST("/visits", {
  body: { day: "2027-05-01", arrival: "09:30:00", guests: [{ age: 9, allergies: ["straw"] }], paid: "12.50", spot: [3, -4] },
});
assert.ok(visit);
assert.deepEqual([visit.paid, visit.spot], ["12.50", [3, -4]]);
const { data: fuller } = await guest.POST("/visits/{visit_id}/guests", {
  params: { path: { visit_id: visit.id } },
  body: { guest: { age: 40 }, number: 2 },
});
assert.deepEqual(fuller?.guests.map((each) => each.age), [9, 40, 40]);
const { error: missing } = await guest.GET("/visits/{visit_id}", {
  params: { path: { visit_id: "00000000-0000-4000-8000-000000000007" } },
});
assert.ok(missing && "visit_id" in missing);
const { error: invalid } = await guest.POST("/visits", {
  body: { day: "2027-05-01", arrival: "noon", guests: [] },
});
assert.ok(invalid && "errors" in invalid);
assert.deepEqual(invalid.errors.map((fault) => fault.pointer), ["/arrival", "/guests"]);

const { response: removed } = await keeper.DELETE("/animals/{animal_id}", animal);
assert.equal(removed.status, 204);
const { error: gone } = await guest.GET("/animals/{animal_id}", animal);
assert.ok(gone && "animal_id" in gone);
const { response: left } = await keeper.DELETE("/session");
assert.equal(left.status, 204);
const { error: late } = await keeper.GET("/session");
assert.equal(late?.status, 401);
console.log("all is well");
