// <turn-sheet><dialog>: a speaker's name in the transcript opens its turn here, to be put right. The key
// "e" opens the turn that is spoken, or the one the keyboard is at; a finger that stays on a turn opens
// that one. A form that was taken closes it.
import { onLongPress } from "./long-press.js";

const OPENERS = ".turn__speaker, .turn__edited"
const HEARD = ["click", "recording:command"]

customElements.define("turn-sheet", class extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog")
    this.body = this.querySelector("#turn-sheet-body")
    for (const type of HEARD) document.addEventListener(type, this)
    this.addEventListener("htmx:after:request", this)
    this.life = new AbortController()
    onLongPress(".turn", (turn) => this.open(turn.querySelector(OPENERS), { asMenu: true }), this.life.signal)
  }

  disconnectedCallback() {
    this.life.abort()
    for (const type of HEARD) document.removeEventListener(type, this)
  }

  handleEvent(event) {
    if (event.type === "click") this.click(event)
    else if (event.type === "recording:command") this.obey(event.detail.name)
    else if (event.target.matches("form") && event.detail.ctx.response.status < 400) this.dialog.close()
  }

  click(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    if (event.target === this.dialog) return this.dialog.close() // beside it
    const play = event.target.closest("[data-play-from]")
    const opener = event.target.closest(OPENERS)
    if (play && this.contains(play) && document.querySelector("recording-player")) {
      event.preventDefault()
      command("seek", Number(play.dataset.playFrom) / 1000)
      command("play")
    } else if (opener) {
      event.preventDefault()
      this.open(opener)
    }
  }

  obey(name) {
    if (name !== "edit") return
    const turn = document.activeElement?.closest(".turn") ?? document.querySelector(".turn[data-current]")
    const opener = (turn ?? firstInView())?.querySelector(OPENERS)
    if (!opener) return
    opener.focus({ preventScroll: true }) // where the keyboard goes back to
    this.open(opener)
  }

  async open(opener, { asMenu = false } = {}) {
    await htmx.ajax("GET", opener.href, { target: this.body, swap: "innerHTML" })
    if (!this.dialog.open) this.dialog.showModal()
    if (asMenu) return // no keyboard on the screen before it is asked for
    const field = this.body.querySelector(opener.matches(".turn__edited") ? "textarea" : "input[name=name]")
    field?.focus()
    field?.select()
  }
})

const command = (name, value) =>
  document.dispatchEvent(new CustomEvent("recording:command", { detail: { name, value } }))

const firstInView = () =>
  [...document.querySelectorAll(".turn")].find((turn) => turn.getBoundingClientRect().bottom > 0)
