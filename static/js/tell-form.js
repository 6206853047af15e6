/**
 * <tell-form key school token> around a pupil's form of the lifebuoy: sends it once however often it is tapped. Where it
 * does not arrive, it is locked with the school's public key and laid into an outbox that a later page hands over
 * (lifebuoy.js); the token says to the server alone whose it is. Where this browser cannot do that, or nothing can be
 * laid away, the page says that it was not sent. Nothing is ever kept in the clear.
 */
const LONGEST_WAIT = 20000;
const FILLED_TO = 512; // the length tells nobody how much was written
const CURVE = { name: "ECDH", namedCurve: "P-256" };
const utf8 = (text) => new TextEncoder().encode(text);
const letters = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

class TellForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.form.addEventListener("submit", (event) => this.send(event));
    this.arrived = ({ detail }) => { if (detail === this.laid) this.show("arrived"); };
    document.addEventListener("handed-over", this.arrived);
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }

  disconnectedCallback() {
    document.removeEventListener("handed-over", this.arrived);
  }

  async send(event) {
    event.preventDefault();
    if (this.isSending) return; // a double tap
    this.isSending = true;
    const button = this.form.querySelector("[type=submit]");
    button.setAttribute("aria-busy", "true");
    const said = new FormData(this.form);
    const answer = await this.post(said);
    if (answer?.status === 422) return HTMLFormElement.prototype.submit.call(this.form); // a page that says what to do
    if (answer?.next) return location.replace(answer.next);
    if (await this.lay(said)) {
      this.laid = said.get("id");
      this.form.reset();
      this.form.remove();
      this.show("waiting");
    } else {
      this.show("lost");
      button.removeAttribute("aria-busy");
      this.isSending = false;
    }
  }

  /** The status; with it, where the server has kept what was said, the next page. None: nobody answered. */
  async post(said) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), LONGEST_WAIT);
    try {
      const answer = await fetch(this.form.action, {
        method: "POST", body: new URLSearchParams(said), headers: { Accept: "application/json" }, redirect: "manual",
        credentials: "same-origin", signal: stop.signal,
      });
      return { status: answer.status, next: answer.status === 200 && (await answer.json()).next };
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  async lay(said) {
    try {
      const sealed = await this.seal(said);
      const base = await open();
      await new Promise((resolve, reject) => {
        const change = base.transaction("waiting", "readwrite", { durability: "strict" });
        change.objectStore("waiting").put({ id: said.get("id"), token: this.getAttribute("token"), ...sealed });
        change.oncomplete = resolve;
        change.onerror = change.onabort = reject;
      });
      base.close();
      return true;
    } catch {
      return false; // no secure address, no storage: nothing was kept
    }
  }

  /** ECDH with a key made for this once, HKDF, AES-GCM: safeguarding/sealing.py is the other half. */
  async seal(said) {
    const { subtle } = crypto;
    const point = Uint8Array.from(atob(this.getAttribute("key")), (letter) => letter.charCodeAt(0));
    const school = await subtle.importKey("raw", point, CURVE, false, []);
    const own = await subtle.generateKey(CURVE, false, ["deriveBits"]);
    const sender = await subtle.exportKey("raw", own.publicKey);
    const shared = await subtle.deriveBits({ name: "ECDH", public: school }, own.privateKey, 256);
    const key = await subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: sender, info: utf8("safe-harbour-outbox-1") },
      await subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]),
      { name: "AES-GCM", length: 256 }, false, ["encrypt"],
    );
    const words = JSON.stringify({ ...Object.fromEntries(said), csrf_token: "", written_at: new Date().toISOString() });
    const short = utf8(words).length % FILLED_TO;
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const about = { name: "AES-GCM", iv: nonce, additionalData: utf8(this.getAttribute("school")) };
    const sealed = await subtle.encrypt(about, key, utf8(words + " ".repeat(FILLED_TO - short)));
    return { sender: letters(sender), nonce: letters(nonce), sealed: letters(sealed) };
  }

  show(when) {
    for (const each of this.querySelectorAll(":scope > :not(form, template)")) each.remove();
    this.prepend(this.querySelector(`[data-when="${when}"]`).content.cloneNode(true));
    this.firstElementChild.focus();
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("harbour-outbox", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("waiting", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = reject;
  });
}
customElements.define("tell-form", TellForm);
