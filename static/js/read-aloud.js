/**
 * <read-aloud reads="main">: reads heading, text, then choices of the page aloud and marks the sentence, and the word
 * where the voice tells it. Local voices only (a remote one would send a child's page away); without one it stays hidden.
 */
const BLOCKS = "h1, h2, h3, legend, p, li, label, figcaption, button.pick";
const QUIET = "[hidden], [aria-hidden], .vh, nav, header, .btn, read-aloud, script, .chip";

class ReadAloud extends HTMLElement {
  connectedCallback() {
    if (!("speechSynthesis" in window)) return;
    this.button = this.querySelector("button");
    this.offer = () => { this.hidden = !this.voice(); };
    this.stop = this.stop.bind(this);
    this.button.addEventListener("click", () => (this.queue ? this.stop() : this.start()));
    speechSynthesis.addEventListener?.("voiceschanged", this.offer);
    addEventListener("pagehide", this.stop);
    this.offer();
  }

  disconnectedCallback() {
    this.stop();
    window.speechSynthesis?.removeEventListener?.("voiceschanged", this.offer);
    removeEventListener("pagehide", this.stop);
  }

  voice() {
    const local = speechSynthesis.getVoices().filter((voice) => voice.localService);
    const speaks = (tongue) => local.find((voice) => voice.lang.replace("_", "-").startsWith(tongue));
    return speaks("en-GB") || speaks("en");
  }

  /** Sentences in the order of the page: each a list of ranges, one a text node. */
  sentences() {
    const root = document.getElementById(this.getAttribute("reads")) || document.body;
    const found = [];
    for (const block of root.querySelectorAll(BLOCKS)) {
      if (block.closest(QUIET) || block.querySelector(BLOCKS)) continue;
      if (!block.getClientRects().length) continue;
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT, {
        acceptNode: (node) => (node.parentElement.closest(QUIET) || !node.data.trim() ? 2 : 1),
      });
      let parts = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        for (const piece of node.data.matchAll(/[^.!?]+[.!?]*["”’)]*\s*/g)) {
          const range = document.createRange();
          range.setStart(node, piece.index);
          range.setEnd(node, piece.index + piece[0].length);
          parts.push(range);
          if (/[.!?]["”’)]*\s*$/.test(piece[0])) { found.push(parts); parts = []; }
        }
      }
      if (parts.length) found.push(parts);
    }
    return found;
  }

  start() {
    this.queue = this.sentences().map((parts) => parts.map(String).join("").replace(/\s+/g, " "));
    this.at = -1;
    this.button.setAttribute("aria-pressed", "true");
    this.next();
  }

  next() {
    this.unmark();
    this.at += 1;
    if (!this.queue || this.at >= this.queue.length) return this.stop();
    // Found again each time: marking the last sentence has parted and joined the text nodes.
    const parts = this.sentences()[this.at] || [];
    const said = new SpeechSynthesisUtterance(this.queue[this.at]);
    said.voice = this.voice();
    said.lang = said.voice ? said.voice.lang : "en-GB";
    said.rate = 0.92;
    this.mark(parts);
    said.onboundary = (event) => this.word(event);
    said.onend = said.onerror = () => { if (this.said === said) this.next(); };
    this.said = said; // kept: some browsers forget an utterance that nobody holds
    speechSynthesis.speak(said);
  }

  mark(parts) {
    this.marks = parts.map((range) => {
      const mark = document.createElement("span");
      mark.className = "said";
      range.surroundContents(mark);
      return mark;
    });
    this.marks[0]?.scrollIntoView({ block: "nearest" });
  }

  /** Only where the browser can paint a range without touching the page. */
  word(event) {
    if (event.name !== "word" || !window.CSS?.highlights || this.marks.length !== 1) return;
    const node = this.marks[0].firstChild;
    const end = event.charIndex + (event.charLength || 1);
    if (!node || end > node.length || /\s{2}|\n/.test(node.data)) return;
    const range = document.createRange();
    range.setStart(node, event.charIndex);
    range.setEnd(node, end);
    CSS.highlights.set("word", new Highlight(range));
  }

  unmark() {
    window.CSS?.highlights?.delete("word");
    for (const mark of this.marks || []) {
      const parent = mark.parentNode;
      mark.replaceWith(...mark.childNodes);
      parent.normalize();
    }
    this.marks = [];
  }

  stop() {
    this.said = this.queue = null;
    speechSynthesis.cancel();
    this.unmark();
    this.button.setAttribute("aria-pressed", "false");
  }
}
customElements.define("read-aloud", ReadAloud);
