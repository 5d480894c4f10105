import { send } from "/static/requests.js";

const form = document.querySelector("form");
const summary = form.querySelector("[role=alert]");

// Your texts, by the code of a fault and by the type of a problem.
const FAULTS = {
  required: "Please fill this in.",
  wrong_length: "This is too short or too long.",
};
const PROBLEMS = {
  "https://desk.example/problems/title-is-taken": (problem) =>
    `Ticket ${problem.ticket_id} has this title.`,
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clear();
  try {
    summary.textContent = `Ticket ${await send("POST", "/tickets", readForm())} was added.`;
  } catch (problem) {
    show(problem);
  }
});

function readForm() {
  const text = (name) => form.elements[name].value || undefined; // not sent if empty
  return {
    title: text("body/title"),
    contact: { email: text("body/contact/email") },
    labels: text("body/labels")?.split(","),
  };
}

function show(problem) {
  const homeless = (problem.errors ?? []).filter((fault) => !showBeside(fault));
  const text = PROBLEMS[problem.type]?.(problem) ?? problem.detail ?? problem.title;
  summary.textContent = [text, ...homeless.map(write)].join(" ");
}

function showBeside(fault) {
  // A fault inside a list, such as /labels/1, belongs to the input of the list.
  for (let name = fault.in + fault.pointer; name.includes("/"); name = name.replace(/\/[^/]*$/, "")) {
    const input = form.elements[name];
    if (input) {
      input.setAttribute("aria-invalid", "true");
      input.insertAdjacentElement("afterend", document.createElement("output")).textContent = write(fault);
      return true;
    }
  }
  return false;
}

function write(fault) {
  return FAULTS[fault.code] ?? fault.detail;
}

function clear() {
  summary.textContent = "";
  form.querySelectorAll("output").forEach((output) => output.remove());
  form.querySelectorAll("[aria-invalid]").forEach((input) => input.removeAttribute("aria-invalid"));
}
