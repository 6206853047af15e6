/**
 * <speak-touch> at the end of a page whose <html> has data-touch: what is touched, or reached by a key, is said with a
 * voice of the device itself, and does what it does all the same. Inside it stands a line for the grown-up beside a
 * device that has no such voice; put away once, it does not come back to that device.
 */
const ACTS = "a[href], button, summary, label, [data-say]";
const LINES = "h1, h2, h3, h4, p, li, legend, figcaption, [role=img], section > say-change";
const HUSHED = "picture-board, read-aloud, speak-touch"; // a picture password is nobody else's to hear
const PUT_AWAY = "no-voice";
const VOICES_COME_MS = 3000;

class SpeakTouch extends HTMLElement {
  connectedCallback() {
    for (const kind of ["pointerdown", "click", "focusin", "hush"]) document.addEventListener(kind, this);
    addEventListener("pagehide", this);
    this.line = this.querySelector(".no-voice");
    this.line?.querySelector("button").addEventListener("click", () => this.putAway());
    this.timer = setTimeout(() => { if (this.line && !this.voice() && !this.isPutAway()) this.line.hidden = false; }, VOICES_COME_MS);
  }

  disconnectedCallback() {
    for (const kind of ["pointerdown", "click", "focusin", "hush"]) document.removeEventListener(kind, this);
    removeEventListener("pagehide", this);
    clearTimeout(this.timer);
  }

  handleEvent(event) {
    if (event.type === "pagehide" || event.type === "hush") return this.stop();
    if (!document.documentElement.dataset.touch || (event.type === "focusin" && !this.isByKey(event.target))) return;
    const from = event.target.labels?.[0] || event.target;
    const thing = from.closest(HUSHED) ? null : from.closest(ACTS) || from.closest(LINES);
    const words = thing && this.words(thing);
    if (words && !(event.type === "click" && this.isHeard(words))) this.say(words, thing);
  }

  isByKey(field) {
    try {
      return field.matches(":focus-visible");
    } catch {
      return false; // a tablet from before that was known
    }
  }

  /** Some tablets speak only once a touch has ended: then the click says what the touch could not. */
  isHeard(words) {
    return words === this.begun || (words === this.said?.text && (speechSynthesis.speaking || speechSynthesis.pending));
  }

  words(thing) {
    const label = thing.dataset.say || thing.getAttribute("aria-label");
    if (label) return label;
    const kept = thing.cloneNode(true);
    for (const silent of kept.querySelectorAll("[aria-hidden], [hidden], script")) silent.remove();
    for (const part of kept.querySelectorAll("*")) part.append(" ");
    return kept.textContent.replace(/\s+/g, " ").trim();
  }

  voice() {
    const local = window.speechSynthesis?.getVoices().filter((voice) => voice.localService) || [];
    const speaks = (tongue) => local.find((voice) => voice.lang.replace("_", "-").startsWith(tongue));
    return speaks("en-GB") || speaks("en");
  }

  say(words, thing) {
    const voice = this.voice();
    if (!voice) return;
    document.dispatchEvent(new Event("hush"));
    speechSynthesis.cancel();
    const said = new SpeechSynthesisUtterance(words);
    said.voice = voice;
    said.lang = voice.lang;
    said.rate = { slow: 0.7, quick: 1.2 }[document.documentElement.dataset.rate] || 0.92;
    said.onstart = () => { this.begun = words; };
    said.onend = said.onerror = () => { if (this.said === said) this.unmark(); };
    this.said = said; // kept: some browsers forget an utterance that nobody holds
    this.marked = thing;
    thing.classList.add("is-said");
    speechSynthesis.speak(said);
  }

  unmark() {
    this.marked?.classList.remove("is-said");
    this.said = this.marked = null;
  }

  stop() {
    if (!this.said) return;
    this.unmark();
    speechSynthesis.cancel();
  }

  isPutAway() {
    try {
      return Boolean(localStorage.getItem(PUT_AWAY));
    } catch {
      return false; // storage is switched off
    }
  }

  putAway() {
    this.line.hidden = true;
    try {
      localStorage.setItem(PUT_AWAY, "1");
    } catch {
      // storage is switched off: it is said again on the next page
    }
  }
}
customElements.define("speak-touch", SpeakTouch);
