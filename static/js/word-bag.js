/** <word-bag>: words typed from the bag on the page, compared here alone: the field has no name, so it is never sent. */
class WordBag extends HTMLElement {
  connectedCallback() {
    const [field, button, line] = ["input", "button", "[role=status]"].map((part) => this.querySelector(part));
    const bag = new Map([...this.querySelectorAll("li")].map((each) => [each.textContent, each.dataset.family]));
    this.hidden = false;
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // not the form's first button
      button.click();
    });
    button.addEventListener("click", (event) => {
      line.textContent = this.problem(field.value.toLowerCase().match(/[^\s,.+-]+/g) || [], bag);
      line.hidden = !line.textContent;
      if (line.textContent) return event.preventDefault();
      field.value = "";
    });
  }

  problem(words, bag) {
    const stray = words.find((word) => !bag.has(word));
    if (stray) return `${stray} is not in the bag. Pick words that you see here.`;
    if (words.length !== 3) return "Type three words from the bag.";
    const [one, other] = words.filter((word) => words.filter((each) => bag.get(each) === bag.get(word)).length > 1);
    return one ? `${one} and ${other} go together. Swap one.` : "";
  }
}
customElements.define("word-bag", WordBag);
