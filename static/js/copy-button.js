// <copy-button for="id"><button hidden>Copy</button></copy-button>: copies the text of that element.
// The button appears once it can do something; news leave it as it is (htmx-config in base.html).
customElements.define("copy-button", class extends HTMLElement {
  connectedCallback() {
    this.button.hidden = false
    this.addEventListener("click", this)
  }

  get button() { return this.querySelector("button") }

  async handleEvent() {
    const source = document.getElementById(this.getAttribute("for"))
    await navigator.clipboard.writeText(source.textContent.trim())
    this.button.removeAttribute("aria-label") // it said what would be copied
    this.button.textContent = "Copied"
  }
})
