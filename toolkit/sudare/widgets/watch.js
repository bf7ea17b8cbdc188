// Asks Python now and then whether the file of the design was changed elsewhere: only while the desk is seen, and only once
// the last question was answered, so that a kernel at work is never asked twice. Where there is no kernel, nobody asks.

const EVERY = 3_000; // milliseconds
const SOON = 700; // a file that is just being written is looked at again
const UNANSWERED = 60_000; // a question may be lost with its connection

class Watch {
  #model;
  #root;
  #timer = 0;
  #isAsked = false;

  constructor(model, root) {
    this.#model = model;
    this.#root = root;
    root.setAttribute("aria-hidden", "true");
    model.on("msg:custom", this.hear);
    document.addEventListener("visibilitychange", this.look);
    this.#later(SOON);
  }

  close() {
    clearTimeout(this.#timer);
    this.#model.off("msg:custom", this.hear);
    document.removeEventListener("visibilitychange", this.look);
  }

  hear = (told) => {
    if (told.kind !== "looked") return;
    this.#isAsked = false;
    this.#later(told.soon ? SOON : EVERY);
  };

  look = () => {
    if (!this.#isSeen() || this.#isAsked) {
      if (!this.#isAsked) this.#later(EVERY);
      return;
    }
    this.#isAsked = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#again, UNANSWERED);
    try {
      this.#model.send({ kind: "look" });
    } catch {
      this.close(); // the kernel of this desk was restarted or ended
    }
  };

  #again = () => {
    this.#isAsked = false;
    this.look();
  };

  #isSeen() {
    return document.visibilityState === "visible" && this.#root.isConnected && this.#root.checkVisibility();
  }

  #later(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.look, wait);
  }
}

export default {
  render({ model, el }) {
    const watch = new Watch(model, el);
    return () => watch.close();
  },
};
