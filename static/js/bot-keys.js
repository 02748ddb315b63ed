// <bot-keys>: the keys of the page of one bot, with the list of them and the switch that turns them off.
// A key does what the control does that is on the page; what cannot be asked now has no control.
const SWITCH = "earshot:keys"

const KEYS = {
  l: () => unfold(document.querySelector(".bot .confirm")),
  c: () => document.querySelector(".bot__greeting button")?.click(),
  o: () => document.querySelector(".bot [data-key=o]")?.click(),
  r: () => document.querySelector("live-stream")?.fetchPage(),
  Escape: () => document.querySelector(".page-header [data-key=back]")?.click(),
  "?": () => document.querySelector("bot-keys dialog").showModal(),
}

function unfold(details) {
  if (!details) return
  details.open = true
  details.querySelector("button").focus()
}

customElements.define("bot-keys", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    this.box = this.querySelector("input[type=checkbox]")
    this.box.checked = localStorage.getItem(SWITCH) !== "off"
    this.box.addEventListener("change", () => localStorage.setItem(SWITCH, this.box.checked ? "on" : "off"))
    this.button = this.querySelector("button[type=button]")
    this.button.hidden = false
    this.button.addEventListener("click", () => this.dialog.showModal())
    document.addEventListener("keydown", this)
  }

  disconnectedCallback() { document.removeEventListener("keydown", this) }

  handleEvent(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (!this.box.checked || document.querySelector("dialog[open]") || !Object.hasOwn(KEYS, event.key)) return
    if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return
    event.preventDefault()
    KEYS[event.key]()
  }
})
