// <agenda-keys>: the keys of the list of meetings, with the list of them and the switch that turns them off.
// While they are on, a row is one stop of the Tab key plus its switch; the rest of it has a key.
const SWITCH = "earshot:keys"
const REST = ".event a:not(.event__title), .event button:not(.event__switch), .event input"

const rows = () => [...document.querySelectorAll("#agenda .event")]
const current = () => document.activeElement?.closest("#agenda .event")
const press = (selector, within = document) => within?.querySelector(selector)?.click()

const KEYS = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  r: () => press(".event__switch", current()), " ": () => press(".event__switch", current()),
  s: () => press("[data-row-menu]", current()),
  w: () => { if (current()) location.href = current().querySelector(".event__title").href + "#why" },
  x: () => tick(false), X: () => tick(true),
  u: () => press("flash-message[data-undo] button[type=submit]"),
  t: () => press("[data-key=t]"), "[": () => press('[data-key="["]'), "]": () => press('[data-key="]"]'),
  "/": search,
  "?": () => document.querySelector("agenda-keys dialog").showModal(),
}

function step(by) {
  const all = rows()
  const at = all.indexOf(current())
  const row = at < 0 ? all[0] : all[Math.min(Math.max(at + by, 0), all.length - 1)]
  row?.querySelector(".event__title").focus()
}

function search() {
  const field = document.getElementById("filter-q")
  field.closest("details").open = true
  field.focus()
}

function tick(isRange) {
  const box = current()?.querySelector(".event__tick")
  box?.dispatchEvent(new CustomEvent("agenda:tick", { bubbles: true, detail: { isRange } }))
}

customElements.define("agenda-keys", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    this.box = this.querySelector("input[type=checkbox]")
    this.box.checked = localStorage.getItem(SWITCH) !== "off"
    this.box.addEventListener("change", () => this.keep())
    this.querySelector("button[type=button]").hidden = false
    this.querySelector("button[type=button]").addEventListener("click", () => this.dialog.showModal())
    document.addEventListener("keydown", this)
    this.observer = new MutationObserver(() => this.order())
    this.observer.observe(document.querySelector("main"), { childList: true, subtree: true, attributeFilter: ["tabindex"] })
    this.order()
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this)
    this.observer.disconnect()
  }

  keep() {
    localStorage.setItem(SWITCH, this.box.checked ? "on" : "off")
    this.order()
  }

  order() {
    for (const one of document.querySelectorAll(REST)) {
      if (!this.box.checked) one.removeAttribute("tabindex")
      else if (one.tabIndex >= 0) one.tabIndex = -1
    }
  }

  handleEvent(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (!this.box.checked || document.querySelector("dialog[open]") || isTaken(event)) return
    if (!Object.hasOwn(KEYS, event.key)) return
    event.preventDefault()
    KEYS[event.key]()
  }
})

// In a field every key is text; on a control Space is its own.
function isTaken({ target, key }) {
  if (target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return true
  return key === " " && (!current() || Boolean(target.closest("button, summary, label, input")))
}
