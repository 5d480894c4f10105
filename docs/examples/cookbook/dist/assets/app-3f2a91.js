const answer = await fetch("/api/books/1");
document.title = (await answer.json()).title;
