// <row-menu><dialog>: links marked data-row-menu open what their page says about choosing in the dialog.
// A form that is sent from it closes it; the keyboard goes back to the link.
customElements.define("row-menu", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    document.addEventListener("click", this)
    this.addEventListener("htmx:after:request", this)
  }

  disconnectedCallback() { document.removeEventListener("click", this) }

  handleEvent(event) {
    if (event.type !== "click") {
      if (event.target.matches("form")) this.dialog.close()
      return
    }
    const link = event.target.closest("[data-row-menu]")
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) {
      if (event.target === this.dialog) this.dialog.close() // beside it
      return
    }
    event.preventDefault()
    this.open(link)
  }

  async open(link) {
    const body = this.querySelector(".sheet__body")
    await htmx.ajax("GET", link.href.split("#")[0], { target: body, swap: "innerHTML" })
    if (!this.dialog.open) this.dialog.showModal()
    body.querySelector("button, a")?.focus()
  }
})
