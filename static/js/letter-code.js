/** <letter-code> around the form for a letter's or a mail's code: takes the code out of the address (after the #) and types it. */
class LetterCode extends HTMLElement {
  connectedCallback() {
    const code = decodeURIComponent(location.hash.slice(1));
    const field = this.querySelector("input[name=code]");
    if (!field || field.value || !/^[0-9A-Z]{12,16}$/.test(code)) return;
    history.replaceState(null, "", location.pathname);
    field.value = code.match(/.{4}/g).join(" ");
  }
}
customElements.define("letter-code", LetterCode);
