/**
 * <read-aloud reads="main">: reads heading, text, then choices of the page aloud and marks the sentence, and the word
 * where the voice tells it. Local voices only (a remote one would send a child's page away); without one it stays hidden.
 * To the youngest, who cannot read them, it reads the buttons and labels too, and what a picture button says of itself.
 */
const BLOCKS = "h1, h2, h3, legend, p, li, label, figcaption, button.pick, section > say-change";
const QUIET = "[hidden], [aria-hidden], nav, header, read-aloud, script";
const READ_BY_EYE = ", .vh, .btn, .chip";
const BUTTONS = ", a.btn, button, [data-say], [role=img]";
/** What a button with a picture and no words says of itself. */
const ownWords = (part) => part.dataset?.say || part.getAttribute?.("aria-label");

class ReadAloud extends HTMLElement {
  connectedCallback() {
    if (!("speechSynthesis" in window)) return;
    this.button = this.querySelector("button");
    this.offer = () => { this.hidden = !this.voice(); };
    this.stop = this.stop.bind(this);
    this.button.addEventListener("click", () => (this.queue ? this.stop() : this.start()));
    speechSynthesis.addEventListener?.("voiceschanged", this.offer);
    addEventListener("pagehide", this.stop);
    document.addEventListener("hush", this.stop);
    const isYoung = /^(r|y12)$/.test(document.documentElement.dataset.band);
    this.quiet = isYoung ? QUIET : QUIET + READ_BY_EYE;
    this.blocks = isYoung ? BLOCKS + BUTTONS : BLOCKS;
    this.offer();
  }

  disconnectedCallback() {
    this.stop();
    window.speechSynthesis?.removeEventListener?.("voiceschanged", this.offer);
    removeEventListener("pagehide", this.stop);
    document.removeEventListener("hush", this.stop);
  }

  voice() {
    const local = speechSynthesis.getVoices().filter((voice) => voice.localService);
    const speaks = (tongue) => local.find((voice) => voice.lang.replace("_", "-").startsWith(tongue));
    return speaks("en-GB") || speaks("en");
  }

  /** Sentences in the order of the page: each a list of ranges, one a text node; or a picture button that says itself. */
  sentences() {
    const root = document.getElementById(this.getAttribute("reads")) || document.body;
    const found = [];
    for (const block of root.querySelectorAll(this.blocks)) {
      if (this.isQuiet(block) || block.querySelector(BLOCKS) || !block.getClientRects().length) continue;
      const outer = block.parentElement.closest(BLOCKS);
      if (outer && !outer.querySelector(BLOCKS)) continue; // a button within a line is read with the line
      if (ownWords(block)) {
        found.push([block]);
        continue;
      }
      const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT, {
        acceptNode: (node) => (this.isQuiet(node.parentElement) || !node.data.trim() ? 2 : 1),
      });
      let parts = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (parts.length && node.parentElement.matches(".chip")) { found.push(parts); parts = []; } // "You picked this"
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

  /** Words for a screen reader alone are read where they name something to press. */
  isQuiet(element) {
    return Boolean(element.closest(this.quiet)) || element.closest(".vh")?.closest("a, button, label") === null;
  }

  start() {
    document.dispatchEvent(new Event("hush")); // whatever else is speaking stops
    this.queue = this.sentences().map((parts) => parts.map((part) => ownWords(part) || String(part)).join("").replace(/\s+/g, " "));
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
    said.rate = { slow: 0.7, quick: 1.2 }[document.documentElement.dataset.rate] || 0.92;
    this.mark(parts);
    said.onboundary = (event) => this.word(event);
    said.onend = said.onerror = () => { if (this.said === said) this.next(); };
    this.said = said; // kept: some browsers forget an utterance that nobody holds
    speechSynthesis.speak(said);
  }

  mark(parts) {
    this.marks = parts.map((part) => {
      const mark = ownWords(part) ? part : document.createElement("span");
      mark.classList.add("is-read");
      if (mark !== part) part.surroundContents(mark);
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
      mark.classList.remove("is-read");
      if (ownWords(mark)) continue;
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
