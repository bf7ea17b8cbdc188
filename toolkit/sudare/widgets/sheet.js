// Parts of the desk as a person sees them. What is drawn comes from Python by message and goes back by message, so that
// none of it is ever part of the widget's saved state. New parts are drawn over the old ones, so that keys stay where they are.

let sheets = 0;

function set(node, name, value) {
  if (value === true) node.setAttribute(name, "");
  else if (value === false || value === null || value === undefined || value === "") node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// An element with a label beside it; the label belongs to the element, and the words of a style sheet to both.
function labelled(control, id) {
  const node = document.createElement("div");
  node.classList.add("sudare-labelled");
  const label = document.createElement("label");
  control.id = id;
  label.htmlFor = id;
  node.append(label, control);
  return node;
}

function element(tag, type) {
  const node = document.createElement(tag);
  if (type) node.type = type;
  return node;
}

const CONTROLS = {
  text: () => element("input", "text"),
  number: () => element("input", "number"),
  day: () => element("input", "date"),
  tick: () => element("input", "checkbox"),
  choice: () => element("select"),
  several: () => {
    const node = element("select");
    node.multiple = true;
    return node;
  },
};
const PLAIN = { words: "p", code: "pre", frame: "iframe", button: "button", div: "div", table: "table", folded: "details" };

function held(control) {
  if (control.type === "checkbox") return control.checked;
  if (control.multiple) return [...control.selectedOptions].map((one) => one.index);
  return control.tagName === "SELECT" ? control.selectedIndex : control.value;
}

function hold(control, value) {
  if (control.type === "checkbox") control.checked = value;
  else if (control.multiple) [...control.options].forEach((one, n) => (one.selected = value.includes(n)));
  else if (control.tagName === "SELECT") control.selectedIndex = value;
  else control.value = value;
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

class View {
  #model;
  #root;
  #id = `sudare-sheet-${++sheets}-${Math.random().toString(36).slice(2, 8)}`;
  #made = 0;

  constructor(model, root) {
    this.#model = model;
    this.#root = root;
    root.classList.add("sudare-sheet");
    root.dataset.lmSuppressShortcuts = "true"; // keys typed here are no commands of the notebook
    model.on("msg:custom", this.hear);
    model.send({ kind: "ask" });
  }

  close() {
    this.#model.off("msg:custom", this.hear);
  }

  hear = (told) => {
    if (told.kind !== "show") return;
    const stood = document.activeElement;
    const around = [];
    if (this.#root.contains(stood)) {
      for (let node = stood; node !== this.#root; node = node.parentElement) around.push(node);
    }
    this.#children(this.#root, told.parts);
    if (around.length) this.#stand(stood, around);
  };

  // Whoever stood on something that is gone or disabled goes on beside it.
  #stand(stood, around) {
    const can = (node) => node.isConnected && !node.disabled && this.#root.contains(node);
    if (can(stood)) {
      if (document.activeElement !== stood) stood.focus({ preventScroll: true });
      return;
    }
    for (const node of [...around, this.#root]) {
      if (!node.isConnected) continue;
      const next = [...node.querySelectorAll("button, input, select, summary")].find((one) => can(one) && one.offsetParent);
      if (next) {
        next.focus({ preventScroll: true });
        return;
      }
    }
  }

  #children(parent, parts) {
    const old = new Map();
    for (const node of parent.children) if (node.sudareKey) old.set(node.sudareKey, node);
    const seen = new Map();
    const nodes = parts.map((part) => {
      const about = `${part.kind} ${part.key}`;
      const n = seen.get(about) ?? 0;
      seen.set(about, n + 1);
      const key = `${about} ${n}`;
      const node = old.get(key) ?? this.#make(part);
      old.delete(key);
      node.sudareKey = key;
      this.#draw(node, part);
      return node;
    });
    for (const node of old.values()) node.remove();
    const first = [...parent.children].filter((node) => !node.sudareKey).length; // a caption, heads, a summary
    nodes.forEach((node, n) => {
      if (parent.children[first + n] !== node) parent.insertBefore(node, parent.children[first + n] ?? null);
    });
  }

  #make(part) {
    const act = (node) => this.#model.send({ kind: "do", id: node.sudareId, value: null });
    if (part.kind in CONTROLS) {
      const control = CONTROLS[part.kind]();
      const node = labelled(control, `${this.#id}-${++this.#made}`);
      control.addEventListener("change", () => this.#enter(node, held(control)));
      // A field and the button beside it belong together.
      control.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && control.tagName === "INPUT") this.#enter(node, held(control));
      });
      return node;
    }
    if (part.kind === "heading") return element(`h${part.level}`);
    if (part.kind === "line") return element("tr");
    const node = element(PLAIN[part.kind]);
    if (part.kind === "button") {
      node.type = "button";
      node.addEventListener("click", () => act(node));
    } else if (part.kind === "folded") {
      node.append(element("summary"));
    } else if (part.kind === "code") {
      node.tabIndex = 0;
      node.setAttribute("role", "region");
    } else if (part.kind === "frame") {
      node.setAttribute("sandbox", "");
    } else if (part.kind === "table") {
      node.append(element("caption"), element("thead"), element("tbody"));
    }
    return node;
  }

  #enter(node, value) {
    if (same(value, node.sudareSent)) return;
    node.sudareSent = value;
    this.#model.send({ kind: "do", id: node.sudareId, value });
  }

  #draw(node, part) {
    node.sudareId = part.id;
    const classes = part.classes.join(" ");
    if (node.sudareClasses !== classes) {
      for (const name of (node.sudareClasses ?? "").split(" ").filter(Boolean)) node.classList.remove(name);
      for (const name of part.classes) node.classList.add(name);
      node.sudareClasses = classes;
    }
    if (part.kind in CONTROLS) this.#control(node, part);
    else this.#plain(node, part);
  }

  #plain(node, part) {
    switch (part.kind) {
      case "heading":
      case "words":
        set(node, "role", part.live ? "status" : "");
        say(node, part.text);
        break;
      case "code":
        say(node, part.text);
        set(node, "aria-label", part.label);
        break;
      case "frame":
        set(node, "title", part.label);
        if (node.srcdoc !== part.text) node.srcdoc = part.text;
        break;
      case "button":
        say(node, part.text);
        set(node, "title", part.help);
        set(node, "aria-label", part.says);
        node.disabled = !!part.disabled;
        break;
      case "folded":
        say(node.firstElementChild, part.text);
        if (node.sudareOpen !== part.open) node.open = node.sudareOpen = part.open;
        this.#children(node, part.children);
        break;
      case "table":
        this.#table(node, part);
        break;
      default:
        this.#children(node, part.children);
    }
  }

  #table(node, part) {
    const [caption, head, body] = node.children;
    say(caption, part.caption);
    caption.hidden = !part.caption;
    const heads = part.heads.map((text) => {
      const cell = element("th");
      cell.scope = "col";
      cell.textContent = text;
      return cell;
    });
    const line = element("tr");
    line.append(...heads);
    if (head.textContent !== part.heads.join("") || !head.children.length) head.replaceChildren(line);
    this.#children(body, part.children.map((one) => ({ ...one, children: [] })));
    part.children.forEach((one, n) => {
      const cells = body.children[n];
      while (cells.children.length < one.children.length) cells.append(element("td"));
      while (cells.children.length > one.children.length) cells.lastElementChild.remove();
      one.children.forEach((cell, m) => this.#children(cells.children[m], [cell]));
    });
  }

  #control(node, part) {
    const control = node.querySelector("input, select");
    const label = node.querySelector("label");
    say(label, part.label);
    label.hidden = !part.label;
    if (part.kind === "tick") node.append(label); // the box comes first
    set(control, "aria-label", part.says);
    set(control, "title", part.help || (part.label ? "" : part.says));
    set(control, "placeholder", part.hint);
    set(control, "min", part.low);
    set(control, "max", part.high);
    if (part.kind === "text") set(control, "autocomplete", "off");
    node.classList.toggle("sudare-wide", !!part.wide);
    if (part.options && !same(node.sudareOptions, part.options)) {
      const options = part.options.map((text) => new Option(text));
      const chosen = held(control);
      control.replaceChildren(...options);
      if (node.sudareOptions && same(node.sudareValue, part.value)) hold(control, chosen);
      node.sudareOptions = part.options;
    }
    if (part.kind === "several") control.size = Math.min(10, Math.max(3, part.options.length));
    const typing = document.activeElement === control && part.kind !== "choice";
    const kept = node.sudareDrawn && same(node.sudareValue, part.value) && !same(held(control), part.value);
    node.sudareDrawn = true;
    node.sudareValue = part.value;
    if (kept && (part.draft || typing)) {
      if (part.draft) this.#model.send({ kind: "do", id: part.id, value: held(control) });
      return;
    }
    if (!same(held(control), part.value)) hold(control, part.value);
    node.sudareSent = part.value;
  }
}

export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.close();
  },
};
