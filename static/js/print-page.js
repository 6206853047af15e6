/** <print-button>: puts a button in place of the words that say how to print, where script runs. What is folded away on
 * the screen and belongs on the paper (<details data-print>) is unfolded for the time of printing. */
class PrintButton extends HTMLElement {
  connectedCallback() {
    if (this.querySelector("button")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = this.getAttribute("look") || "btn btn--quiet btn--s";
    const words = document.createElement("span");
    words.textContent = this.getAttribute("says") || "Print";
    const drawing = this.querySelector("svg");
    if (drawing) button.append(drawing);
    button.append(words);
    button.addEventListener("click", () => window.print());
    this.replaceChildren(button);
  }
}
customElements.define("print-button", PrintButton);

let unfolded = [];
addEventListener("beforeprint", () => {
  unfolded = [...document.querySelectorAll("details[data-print]:not([open])")];
  for (const part of unfolded) part.open = true;
});
addEventListener("afterprint", () => {
  for (const part of unfolded) part.open = false;
});
