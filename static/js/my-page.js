/** <my-page> around the form of a pupil's settings: each choice shows and sounds at once; the form still keeps it. */
class MyPage extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", ({ target }) => {
      const shown = document.documentElement.dataset;
      if (/^(usual|normal|off)$/.test(target.value)) delete shown[target.name];
      else shown[target.name] = target.value;
    });
  }
}
customElements.define("my-page", MyPage);
