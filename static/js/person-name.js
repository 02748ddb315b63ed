// <person-name person="usr_…">Maya</person-name>: what is sent to everybody says "You" to the one it is about.
customElements.define("person-name", class extends HTMLElement {
  connectedCallback() {
    this.observer ??= new MutationObserver(() => this.show())
    this.show()
  }

  disconnectedCallback() { this.observer.disconnect() }

  show() {
    this.observer.disconnect()
    if (this.getAttribute("person") === document.documentElement.dataset.person) this.textContent = "You"
    this.observer.observe(this, { childList: true, characterData: true, subtree: true, attributeFilter: ["person"] })
  }
})
