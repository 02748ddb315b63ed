// <busy-form> around a form: once it is sent, its button says what is being done (data-busy) and
// cannot be pressed a second time. A page that comes back from the browser's memory is ready again.
customElements.define("busy-form", class extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this)
    addEventListener("pageshow", this)
  }

  disconnectedCallback() { removeEventListener("pageshow", this) }

  handleEvent(event) {
    if (event.type === "pageshow") return this.rest()
    this.button = event.submitter
    // Only after the form has been read: a disabled button would not be sent along.
    if (this.button?.dataset.busy) setTimeout(() => this.wait())
  }

  wait() {
    this.words = this.button.textContent
    this.button.disabled = true
    this.button.textContent = this.button.dataset.busy
    this.querySelector("[role=status]").textContent = this.button.dataset.busy
  }

  rest() {
    if (!this.button?.disabled) return
    this.button.disabled = false
    this.button.textContent = this.words
  }
})
