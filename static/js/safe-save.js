/**
 * <safe-save> around a form: sends it once however often it is tapped, and keeps the choice on the page until the server
 * has it. The same body is sent again until it is acknowledged; the server knows it by the answer's identity.
 */
const SOON = 1000;
const LATE = 15000;

class SafeSave extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", (event) => this.submit(event));
    this.again = () => { if (this.body) this.send(); };
    addEventListener("online", this.again);
    addEventListener("pageshow", (event) => { if (event.persisted) this.rest(); });
  }

  disconnectedCallback() {
    removeEventListener("online", this.again);
    clearTimeout(this.timer);
  }

  submit(event) {
    event.preventDefault();
    if (this.body) return; // a double tap
    this.form = event.target;
    const button = event.submitter;
    const body = new URLSearchParams(new FormData(this.form));
    if (button?.name) body.append(button.name, button.value);
    this.body = body;
    this.button = button;
    this.wait = SOON;
    button?.setAttribute("aria-busy", "true");
    this.send();
  }

  async send() {
    clearTimeout(this.timer);
    if (this.isSending) return;
    this.isSending = true;
    let answer;
    try {
      answer = await fetch(this.form.action, {
        method: "POST", body: this.body, headers: { Accept: "application/json" }, redirect: "manual",
        credentials: "same-origin",
      });
      if (answer.status === 200) return location.assign((await answer.json()).next);
    } catch {
      answer = answer?.status === 200 ? answer : null; // no network, or a page where JSON was promised
    } finally {
      this.isSending = false;
    }
    if (!answer || answer.status >= 500 || answer.status === 429) return this.later();
    this.plainly();
  }

  later() {
    this.say("Not saved yet. We will keep trying.");
    this.timer = setTimeout(this.again, this.wait);
    this.wait = Math.min(this.wait * 2, LATE);
  }

  /** Anything else, such as "Pick one answer", is a page: let the browser fetch and show it. */
  plainly() {
    if (this.button?.name) {
      const kept = document.createElement("input");
      kept.type = "hidden";
      kept.name = this.button.name;
      kept.value = this.button.value;
      this.form.append(kept);
    }
    HTMLFormElement.prototype.submit.call(this.form);
  }

  say(words) {
    if (!this.line) {
      this.line = document.createElement("p");
      this.line.className = "unsaved";
      this.line.setAttribute("role", "status");
      this.append(this.line);
    }
    this.line.textContent = words;
  }

  /** Back to a page that the browser kept: the choice may be made again, and is the same answer. */
  rest() {
    this.body = null;
    this.button?.removeAttribute("aria-busy");
    this.line?.remove();
    this.line = null;
  }
}
customElements.define("safe-save", SafeSave);
