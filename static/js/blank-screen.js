/**
 * <blank-screen>: a button that covers the page at once, from eyes and from screen readers, and takes its title away. The
 * key Escape twice does the same. "Show again" brings the page back as it was, with whatever was being typed.
 */
const TWICE = 600; // ms between two presses

class BlankScreen extends HTMLElement {
  connectedCallback() {
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "btn btn--quiet btn--s";
    this.button.append(...this.childNodes, "Blank the screen");
    this.button.addEventListener("click", () => this.blank());
    this.append(this.button);
    this.heard = (event) => this.hear(event);
    document.addEventListener("keydown", this.heard);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.heard);
  }

  hear(event) {
    if (event.key !== "Escape" || this.cover) return;
    if (event.timeStamp - this.last < TWICE) this.blank();
    this.last = event.timeStamp;
  }

  blank() {
    if (this.cover) return;
    this.named = document.title;
    this.from = document.activeElement;
    this.top = scrollY;
    this.hid = [...document.body.children].filter((each) => !each.hidden);
    this.hid.forEach((each) => { each.hidden = true; });
    document.title = "Safe Harbour";
    this.cover = document.createElement("main");
    this.cover.className = "door-page";
    const words = document.createElement("h1");
    words.textContent = "Safe Harbour";
    const show = document.createElement("button");
    show.type = "button";
    show.className = "btn";
    show.textContent = "Show again";
    show.addEventListener("click", () => this.show());
    this.cover.append(words, show);
    document.body.append(this.cover);
    show.focus();
  }

  show() {
    this.cover.remove();
    this.cover = null;
    this.hid.forEach((each) => { each.hidden = false; });
    document.title = this.named;
    scrollTo(0, this.top);
    (this.from?.isConnected && this.from !== document.body ? this.from : this.button).focus();
  }
}
customElements.define("blank-screen", BlankScreen);
