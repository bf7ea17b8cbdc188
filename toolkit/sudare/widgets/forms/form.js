// The form as a person sees it. What it asks, every word and every fault comes from Python; what is entered goes there
// by message, so that none of it is ever part of the widget's saved state.

const PAUSE = 250; // milliseconds after the last key before an entry is sent
const MANY = 12; // from this many columns on there is a line to filter them by

let views = 0;

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function options(select, pairs, chosen) {
  select.replaceChildren(...pairs.map(([value, label]) => make("option", { value }, label)));
  select.value = chosen;
}

function fill(words, n, head) {
  return words.replace("{n}", n).replace("{head}", head);
}

function button(label, sign, act) {
  const node = make("button", { type: "button", "aria-label": label, title: label }, sign);
  node.addEventListener("click", act);
  return node;
}

// Each kind of entry: builds its control for what it holds, and returns how it is filled anew from Python.
// `frame` is what belongs to every entry: its part, its ids, and `send(raw, later)`.
const KINDS = {
  text(frame, raw) {
    const input = make("input", { type: "text", inputmode: frame.part.mode, autocomplete: "off", spellcheck: "false" });
    return line(frame, input, raw);
  },

  area(frame, raw) {
    return line(frame, make("textarea", { rows: frame.part.rows, spellcheck: "false", class: "sudare-code" }), raw);
  },

  lines(frame, raw) {
    const area = make("textarea", { rows: frame.part.rows, spellcheck: "false" });
    const cut = (text) => text.split("\n");
    return line(frame, area, raw, (list) => list.join("\n"), cut);
  },

  choice(frame, raw) {
    const select = make("select");
    options(select, frame.part.options, raw);
    select.addEventListener("change", () => frame.send(select.value));
    frame.labelled(select);
    return (value) => (select.value = value);
  },

  pick(frame, raw) {
    const select = make("select");
    options(select, frame.part.options, raw[0] ?? "");
    select.addEventListener("change", () => frame.send(select.value ? [select.value] : []));
    frame.labelled(select);
    return (value) => (select.value = value[0] ?? "");
  },

  truth(frame, raw) {
    const box = make("input", { type: "checkbox" });
    box.checked = raw;
    box.addEventListener("change", () => frame.send(box.checked));
    frame.labelled(box, true);
    return (value) => (box.checked = value);
  },

  checks(frame, raw) {
    const boxes = ticks(frame, raw, () => frame.send(boxes.filter((box) => box.checked).map((box) => box.value)));
    frame.body.append(make("div", { class: "sudare-ticks" }, ...boxes.map((box) => box.parentElement)));
    return (value) => boxes.forEach((box) => (box.checked = value.includes(box.value)));
  },

  columns(frame, raw) {
    const { part, body } = frame;
    let picked = [...raw];
    const order = make("div", { class: "sudare-order", role: "status" });
    const say = () => {
      const told = picked.length > 1 || (picked.length && boxes.length > MANY); // it may be out of sight in a long list
      order.textContent = told ? `${part.words.order}: ${picked.join(" → ")}` : "";
    };
    const boxes = ticks(frame, raw, (box) => {
      picked = picked.filter((name) => name !== box.value);
      if (box.checked) picked.push(box.value);
      say();
      frame.send(picked);
    });
    const list = make("div", { class: "sudare-ticks sudare-list" }, ...boxes.map((box) => box.parentElement));
    if (boxes.length > MANY) {
      const find = make("input", { type: "search", "aria-label": part.words.find, placeholder: part.words.find });
      find.addEventListener("input", () => {
        const wanted = find.value.normalize("NFKC").toLowerCase();
        for (const box of boxes) {
          const shown = box.parentElement.textContent.normalize("NFKC").toLowerCase().includes(wanted);
          box.parentElement.hidden = !shown;
        }
      });
      body.append(find);
    }
    body.append(list, order);
    say();
    return (value) => {
      picked = [...value];
      boxes.forEach((box) => (box.checked = value.includes(box.value)));
      say();
    };
  },

  pairs(frame, raw) {
    const { part, body } = frame;
    let rows = raw.map((row) => [...row]);
    const table = make("tbody");
    const send = (later) => frame.send(rows, later);
    const draw = (focus) => {
      if (!rows.length) rows = [["", ""]];
      table.replaceChildren(...rows.map((row, n) => drawn(row, n)));
      if (focus) table.querySelectorAll("tr")[Math.min(focus.row, rows.length - 1)].querySelectorAll("input")[0].focus();
    };
    const drawn = (row, n) => {
      const cells = row.map((text, side) => {
        const label = fill(part.words.cell, n + 1, part.heads[side]);
        const input = make("input", { type: "text", "aria-label": label, autocomplete: "off", spellcheck: "false" });
        input.value = text;
        watch(input, (later) => {
          row[side] = input.value;
          send(later);
        });
        input.addEventListener("paste", (event) => pasted(event, n, side));
        return make("td", {}, input);
      });
      const remove = button(fill(part.words.remove, n + 1), "×", () => {
        rows.splice(n, 1);
        draw({ row: n });
        send();
      });
      return make("tr", {}, ...cells, make("td", {}, remove));
    };
    const pasted = (event, n, side) => {
      const text = event.clipboardData.getData("text").replace(/\r?\n$/, "");
      if (!/[\t\n]/.test(text)) return;
      event.preventDefault();
      const grid = text.split(/\r?\n/).map((one) => one.split("\t"));
      grid.forEach((cells, down) => {
        rows[n + down] ??= ["", ""];
        cells.slice(0, 2 - side).forEach((cell, right) => (rows[n + down][side + right] = cell));
      });
      draw({ row: n });
      send();
    };
    const heads = part.heads.map((head) => make("th", { scope: "col" }, head));
    const add = make("button", { type: "button" }, part.words.add);
    add.addEventListener("click", () => {
      rows.push(["", ""]);
      draw({ row: rows.length - 1 });
    });
    const head = make("thead", {}, make("tr", {}, ...heads, make("td")));
    body.append(make("table", { class: "sudare-pairs" }, head, table), add);
    draw();
    return (value) => {
      rows = value.map((row) => [...row]);
      draw();
    };
  },

  condition(frame, raw) {
    const { part, body } = frame;
    const { words } = part;
    let state = structuredClone(raw);
    const send = (later) => frame.send(state, later);
    const chosen = (pairs, value, label, act) => {
      const select = make("select", { "aria-label": label });
      options(select, pairs, value);
      select.addEventListener("change", () => act(select.value));
      return select;
    };
    const simple = make("div");
    const area = make("textarea", { rows: 6, spellcheck: "false", class: "sudare-code", "aria-label": words.yaml });
    watch(area, (later) => {
      state.yaml = area.value;
      send(later);
    });
    const row = (one, n) => {
      const label = (word) => fill(word, n + 1);
      const column = chosen(part.columns, one.column, label(words.column), (value) => {
        one.column = value;
        send();
      });
      const test = chosen(part.tests, one.test, label(words.test), (value) => {
        one.test = value;
        draw({ row: n });
        send();
      });
      const tag = part.many.includes(one.test) ? "textarea" : "input";
      const value = make(tag, { "aria-label": label(words.value), autocomplete: "off", spellcheck: "false" });
      if (tag === "textarea") value.rows = 3;
      value.value = one.value;
      value.hidden = part.none.includes(one.test);
      watch(value, (later) => {
        one.value = value.value;
        send(later);
      });
      const remove = button(label(words.remove), "×", () => {
        state.rows.splice(n, 1);
        if (!state.rows.length) state.rows.push({ column: "", test: "equals", value: "" });
        draw({ row: Math.max(n - 1, 0) });
        send();
      });
      const note = make("span", { class: "sudare-help" }, part.notes[one.test] ?? "");
      return make("div", { class: "sudare-condition" }, column, test, value, remove, note);
    };
    const draw = (focus) => {
      mode.value = state.mode;
      simple.hidden = state.mode !== "rows";
      area.hidden = !simple.hidden;
      area.value = state.yaml;
      const join = chosen(part.joins, state.join, words.join, (value) => {
        state.join = value;
        send();
      });
      const add = make("button", { type: "button" }, words.add);
      add.addEventListener("click", () => {
        state.rows.push({ column: "", test: "equals", value: "" });
        draw({ row: state.rows.length - 1, add: true });
      });
      const rows = state.rows.map(row);
      simple.replaceChildren(...(rows.length > 1 ? [join] : []), ...rows, add);
      if (focus) rows[focus.row].querySelectorAll("select")[focus.add ? 0 : 1].focus();
    };
    const mode = chosen(part.modes, state.mode, words.mode, (value) => {
      state.mode = value;
      draw();
      send();
    });
    body.append(mode, simple, area);
    draw();
    return (value) => {
      state = structuredClone(value);
      draw();
    };
  },
};

// Tells at once when a control is left or chosen, and after a pause while somebody types.
function watch(control, act) {
  control.addEventListener("input", () => act(true));
  control.addEventListener("change", () => act(false));
}

function line(frame, control, raw, show = (text) => text, take = (text) => text) {
  control.value = show(raw);
  watch(control, (later) => frame.send(take(control.value), later));
  frame.labelled(control);
  return (value) => (control.value = show(value));
}

function ticks(frame, raw, act) {
  return frame.part.options.map(([value, label]) => {
    const box = make("input", { type: "checkbox", value });
    box.checked = raw.includes(value);
    box.addEventListener("change", () => act(box));
    make("label", { class: "sudare-tick" }, box, make("span", {}, label));
    return box;
  });
}

const SETS = ["checks", "columns", "pairs", "condition", "group"]; // entries of several controls: a frame with a legend
const WIDE = ["columns", "pairs", "condition", "group", "area", "checks"];

class View {
  #model;
  #root;
  #id = `sudare-form-${++views}-${Math.random().toString(36).slice(2, 8)}`;
  #entries = new Map();
  #words = {};
  #waiting = new Map();
  #summary;

  constructor(model, root) {
    this.#model = model;
    this.#root = root;
    root.classList.add("sudare-form");
    root.dataset.lmSuppressShortcuts = "true"; // keys typed here are no commands of the notebook
    model.on("msg:custom", this.hear);
    model.send({ kind: "ask" });
  }

  close() {
    this.#flush();
    this.#model.off("msg:custom", this.hear);
  }

  hear = (told) => {
    if (told.kind === "show") this.#show(told);
    else if (told.kind === "news") this.#news(told);
    else if (told.kind === "problems") this.#problems(told);
  };

  #show(told) {
    this.#words = told.words;
    this.#entries.clear();
    this.#root.lang = told.lang;
    this.#summary = make("div", { class: "sudare-summary", role: "alert" });
    const fields = told.parts.map((part) => this.#field(part, told.raws));
    this.#root.replaceChildren(this.#summary, make("div", { class: "sudare-fields" }, ...fields));
    this.#units(told.units);
    this.#problems(told);
  }

  #news(told) {
    for (const [path, raw] of Object.entries(told.raws)) {
      if (told.view !== this.#id) this.#entries.get(path)?.put(raw);
    }
    this.#units(told.units);
  }

  #units(units) {
    for (const [path, unit] of Object.entries(units)) {
      const entry = this.#entries.get(path);
      if (entry) entry.unit.textContent = unit;
    }
  }

  #problems({ problems, summary }) {
    for (const [path, entry] of this.#entries) {
      const said = problems[path] ?? [];
      const text = said.join(" ");
      if (entry.problem.textContent !== text) entry.problem.textContent = text;
      for (const control of entry.body.querySelectorAll("input, select, textarea")) {
        if (said.length) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
      }
    }
    const links = summary.map(([path, text]) => {
      const entry = this.#entries.get(path);
      if (!entry) return make("li", {}, text);
      const link = make("button", { type: "button", class: "sudare-link" }, `${entry.label}: ${text}`);
      link.addEventListener("click", () => entry.body.querySelector("input, select, textarea")?.focus());
      return make("li", {}, link);
    });
    const head = make("strong", {}, `⚠ ${this.#words.summary}`);
    this.#summary.replaceChildren(...(links.length ? [head, make("ul", {}, ...links)] : []));
    this.#summary.hidden = !links.length;
  }

  #field(part, raws) {
    const id = `${this.#id}-${part.path}`;
    const set = SETS.includes(part.kind);
    const node = make(set ? "fieldset" : "div", {
      class: `sudare-field${WIDE.includes(part.kind) || part.wide ? " sudare-wide" : ""}`,
      "data-path": part.path,
    });
    const required = part.required ? [make("span", { class: "sudare-required" }, this.#words.required)] : [];
    const key = part.key ? [make("code", { class: "sudare-key", "aria-hidden": "true" }, part.key)] : [];
    const unit = make("span", { class: "sudare-unit", id: `${id}-unit` });
    const help = make("div", { class: "sudare-help", id: `${id}-help` }, [part.help, part.note].filter(Boolean).join(" "));
    const problem = make("div", { class: "sudare-problem", id: `${id}-problem`, role: "alert" });
    const about = `${id}-help ${id}-unit ${id}-problem`;
    const body = make("div", { class: "sudare-control" });
    const frame = { part, body, send: (raw, later) => this.#send(part.path, raw, later) };
    frame.labelled = (control, beside) => {
      control.id = id;
      control.setAttribute("aria-describedby", about);
      if (part.required) control.setAttribute("aria-required", "true");
      const label = make("label", { for: id }, part.label);
      const head = make("div", { class: "sudare-head" }, label, ...required, ...key);
      if (beside) {
        node.classList.add("sudare-beside");
        head.prepend(control);
        body.append(head);
      } else {
        node.append(head);
        body.append(control);
      }
    };
    if (set) {
      node.setAttribute("aria-describedby", about);
      node.append(make("legend", {}, part.label, ...required, ...key));
    }
    if (part.kind === "group") {
      const parts = part.parts.map((inner) => this.#field(inner, raws));
      node.append(help, make("div", { class: "sudare-fields" }, ...parts), problem);
      return node;
    }
    const put = KINDS[part.kind](frame, raws[part.path]);
    body.append(unit);
    node.append(body, help, problem);
    this.#entries.set(part.path, { put, body, problem, unit, label: part.label });
    return node;
  }

  #send(path, raw, later) {
    clearTimeout(this.#waiting.get(path)?.timer);
    const act = () => {
      this.#waiting.delete(path);
      this.#model.send({ kind: "set", path, raw, view: this.#id });
    };
    if (later) this.#waiting.set(path, { timer: setTimeout(act, PAUSE), act });
    else act();
  }

  #flush() {
    for (const { timer, act } of [...this.#waiting.values()]) {
      clearTimeout(timer);
      act();
    }
  }
}

export default {
  render({ model, el }) {
    const view = new View(model, el);
    return () => view.close();
  },
};
