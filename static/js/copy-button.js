// <copy-button for="id"><button hidden>Copy</button></copy-button>: copies the text of that element.
// The button appears once it can do something; a swap that hides it again is undone.
customElements.define("copy-button", class extends HTMLElement {
  connectedCallback() {
    this.button.hidden = false
    this.addEventListener("click", this)
    this.observer = new MutationObserver(() => { this.button.hidden = false })
    this.observer.observe(this.button, { attributeFilter: ["hidden"] })
  }

  disconnectedCallback() { this.observer.disconnect() }

  get button() { return this.querySelector("button") }

  async handleEvent() {
    const source = document.getElementById(this.getAttribute("for"))
    await navigator.clipboard.writeText(source.textContent.trim())
    this.button.textContent = "Copied"
  }
})
