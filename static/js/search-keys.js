// <search-keys>: the keys of the search page, with the list of them and the switch that turns them off.
const SWITCH = "earshot:keys"
const box = () => document.getElementById("id_q")

const KEYS = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  "/": () => box().select(),
  "?": () => document.querySelector("search-keys dialog").showModal(),
}

// Up from the first match leads back to the box.
function step(by) {
  const links = [...document.querySelectorAll("#results .timetable__title, #results .hit__link")]
  const at = links.indexOf(document.activeElement) + by
  if (at < 0) box().focus()
  else links[Math.min(at, links.length - 1)]?.focus()
}

customElements.define("search-keys", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    this.switch = this.querySelector("input[type=checkbox]")
    this.switch.checked = localStorage.getItem(SWITCH) !== "off"
    this.switch.addEventListener("change", () => localStorage.setItem(SWITCH, this.switch.checked ? "on" : "off"))
    this.querySelector("button[type=button]").hidden = false
    this.querySelector("button[type=button]").addEventListener("click", () => this.dialog.showModal())
    document.addEventListener("keydown", this)
    this.dataset.state = "ready"
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this)
  }

  handleEvent(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (!this.switch.checked || this.dialog.open || isTaken(event)) return
    if (!Object.hasOwn(KEYS, event.key)) return
    event.preventDefault()
    KEYS[event.key]()
  }
})

// In a field every key is text; only from the search box the arrow leads down to the matches.
function isTaken({ target, key }) {
  if (target === box()) return key !== "ArrowDown"
  return Boolean(target.closest("input, textarea, select, [contenteditable]"))
}
