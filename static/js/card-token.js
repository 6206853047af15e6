/** <card-token> around the card form: takes the token out of the address (after the #, so no server log holds it). */
class CardToken extends HTMLElement {
  connectedCallback() {
    const token = decodeURIComponent(location.hash.slice(1));
    if (!/^[0-9A-Za-z_-]{12,64}$/.test(token)) return;
    history.replaceState(null, "", location.pathname);
    const form = this.querySelector("form");
    form.elements.token.value = token;
    form.submit();
  }
}
customElements.define("card-token", CardToken);
