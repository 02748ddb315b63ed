// <recording-keys> turns keys, and clicks on [data-command], into the event `recording:command` on the
// document ({name, value}); whoever knows the command obeys it. It also shows the list of keys.
const SWITCH = "earshot:keys"
const SCROLL_OR_PLAY = new Set([" ", "ArrowLeft", "ArrowRight"]) // media controls have these themselves
const KEYS = {
  " ": ["toggle"], k: ["toggle"],
  j: ["skip", -10], l: ["skip", 10], ArrowLeft: ["skip", -5], ArrowRight: ["skip", 5],
  ",": ["turn", -1], ".": ["turn", 1], "<": ["speed", -1], ">": ["speed", 1],
  m: ["mute"], i: ["screen"], c: ["copy"], C: ["range"], f: ["follow"], e: ["edit"], "/": ["search"], s: ["speaker"], n: ["hit", 1], N: ["hit", -1], "?": ["help"],
}

const command = (name, value) =>
  document.dispatchEvent(new CustomEvent("recording:command", { detail: { name, value: Number(value) } }))

customElements.define("recording-keys", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    this.box = this.querySelector("input[type=checkbox]")
    this.box.checked = localStorage.getItem(SWITCH) !== "off"
    for (const type of ["keydown", "click", "recording:command"]) document.addEventListener(type, this)
    this.box.addEventListener("change", this)
  }

  disconnectedCallback() {
    for (const type of ["keydown", "click", "recording:command"]) document.removeEventListener(type, this)
  }

  handleEvent(event) {
    if (event.type === "keydown") this.press(event)
    else if (event.type === "click") this.click(event)
    else if (event.type === "change") localStorage.setItem(SWITCH, this.box.checked ? "on" : "off")
    else if (event.detail.name === "help") this.dialog.showModal()
  }

  press(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (this.dialog.open || !this.box.checked || isTaken(event)) return
    const tenth = /^[0-9]$/.test(event.key)
    if (!tenth && !Object.hasOwn(KEYS, event.key)) return
    event.preventDefault()
    if (tenth) command("tenth", event.key)
    else command(...KEYS[event.key])
  }

  click(event) {
    const button = event.target.closest("[data-command]")
    if (!button || (button.matches("a") && !document.querySelector("recording-player"))) return
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    command(button.dataset.command, button.dataset.value)
  }
})

// In a field every key is text; on a control Space, and on the player the arrows too, are its own.
function isTaken({ target, key }) {
  if (target.closest("input, textarea, select, [contenteditable]")) return true
  if (target.closest("video, audio")) return SCROLL_OR_PLAY.has(key)
  return key === " " && Boolean(target.closest("a, button, summary, label"))
}
