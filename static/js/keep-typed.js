/**
 * <keep-typed> around several forms of one page: what was typed in the others goes with the form that is sent, so that the
 * server can hand it back; leaving the page by a link asks first. Nothing is kept in the browser.
 */
class KeepTyped extends HTMLElement {
  connectedCallback() {
    const others = () => [...this.querySelectorAll("form")].filter((form) => form !== this.sent && isTyped(form));
    this.addEventListener("submit", (event) => { this.sent = event.target; });
    this.addEventListener("formdata", (event) => {
      // Another's is heard too, while it is read below.
      if (event.target !== this.sent) return;
      for (const form of others()) {
        for (const [name, value] of new FormData(form)) if (!event.formData.has(name)) event.formData.set(name, value);
      }
    });
    addEventListener("beforeunload", (event) => { if (!this.sent && others().length) event.preventDefault(); });
    addEventListener("pageshow", () => { this.sent = null; });
  }
}

/** Whether a form holds what is not kept: words, another choice than the page came with, or what was handed back. */
const isTyped = (form) => "unkept" in form.dataset || [...form.elements].some((each) => each.options
  ? !each.options[each.selectedIndex]?.defaultSelected
  : each.type.startsWith("text") && each.value.trim());

customElements.define("keep-typed", KeepTyped);
