/**
 * <say-change>words</say-change>: what has changed since the last page, as words on it. Screen readers pass over a live
 * region that was there from the start, so the words are put into one a moment later; what has focus keeps it.
 */
class SayChange extends HTMLElement {
  connectedCallback() {
    let line = document.querySelector(".vh[data-change]");
    if (!line) {
      line = document.createElement("p");
      line.className = "vh";
      line.dataset.change = "";
      line.setAttribute("role", "status");
      document.body.append(line);
    }
    setTimeout(() => {
      const words = this.textContent.trim().replace(/\s+/g, " ");
      line.textContent = `${line.textContent} ${words}`.trim();
    }, 400);
    setTimeout(() => line.replaceChildren(), 8000); // read with the page, it would be there twice
  }
}
customElements.define("say-change", SayChange);
