/** <show-words> around the three word fields: its button hides them from a neighbour and shows them again. */
class ShowWords extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button[data-hide]");
    if (!button) return; // the teacher has let this child in: no words are asked
    const words = button.querySelector("span");
    button.hidden = false;
    button.addEventListener("click", () => {
      this.isHidden = !this.isHidden;
      for (const field of this.querySelectorAll(".inp")) field.type = this.isHidden ? "password" : "text";
      words.textContent = this.isHidden ? "Show words" : "Hide words";
    });
    // The browser must not offer to keep a child's words.
    this.querySelector("form").addEventListener("submit", () => {
      for (const field of this.querySelectorAll(".inp")) field.type = "text";
    });
  }
}
customElements.define("show-words", ShowWords);
