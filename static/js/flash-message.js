// <flash-message>: its button puts the message away. With data-undo it goes by itself, but not while
// somebody is at it with the pointer or the keyboard.
const UNDO_MS = 10_000

customElements.define("flash-message", class extends HTMLElement {
  connectedCallback() {
    this.querySelector("button[type=button]").hidden = false
    this.addEventListener("click", this)
    if ("undo" in this.dataset) this.timer = setTimeout(() => this.expire(), UNDO_MS)
  }

  disconnectedCallback() { clearTimeout(this.timer) }

  handleEvent(event) { if (event.target.closest("button[type=button]")) this.remove() }

  expire() {
    if (this.matches(":hover, :focus-within")) this.timer = setTimeout(() => this.expire(), 1_000)
    else this.remove()
  }
})
