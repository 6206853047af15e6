/** <hide-page> around a link: one tap, or Escape, and this page is gone, from Back too; what was written goes first. */
class HidePage extends HTMLElement {
  connectedCallback() {
    this.go = (event) => {
      if (event.type === "keydown" ? event.key !== "Escape" : event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      for (const form of document.forms) form.reset();
      document.body.hidden = true;
      document.title = "Safe Harbour";
      location.replace(this.querySelector("a").href);
    };
    this.addEventListener("click", this.go);
    addEventListener("keydown", this.go);
  }

  disconnectedCallback() {
    removeEventListener("keydown", this.go);
  }
}
customElements.define("hide-page", HidePage);
