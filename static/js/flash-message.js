// <flash-message>: its button puts the message away.
customElements.define("flash-message", class extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").hidden = false
    this.addEventListener("click", this)
  }

  handleEvent(event) { if (event.target.closest("button")) this.remove() }
})
