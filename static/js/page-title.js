// <page-title text="Recording · Weekly sync">: a live fragment carries the title of its page along.
customElements.define("page-title", class extends HTMLElement {
  static observedAttributes = ["text"]

  attributeChangedCallback(_name, _before, text) { document.title = `${text} · Earshot` }
})
