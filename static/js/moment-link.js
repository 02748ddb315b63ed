// <moment-link><p role="status"></p></moment-link>: Shift+c copies a link to the words that are selected
// (`recording:command` "range"), from the first of them to the end of the last.
import { Turns } from "./transcript-turns.js";

customElements.define("moment-link", class extends HTMLElement {
  connectedCallback() { document.addEventListener("recording:command", this) }
  disconnectedCallback() { document.removeEventListener("recording:command", this) }

  handleEvent({ detail }) {
    if (detail.name === "range") this.copy()
  }

  async copy() {
    const range = this.selected()
    const status = this.querySelector("[role=status]")
    if (!range) {
      status.textContent = "Select some words of the transcript first."
      return
    }
    const address = new URL(location.pathname, location.origin)
    address.searchParams.set("t", `${range.start}-${range.end}`)
    await navigator.clipboard.writeText(address.href)
    status.textContent = "Link to the selected words copied"
  }

  selected() {
    const selection = getSelection()
    const list = document.querySelector(".transcript__turns")
    if (!list || selection.isCollapsed || !selection.rangeCount) return null
    const chosen = selection.getRangeAt(0)
    const turns = new Turns(list)
    const hit = turns.elements.flatMap((turn, index) => (chosen.intersectsNode(turn) ? [index] : []))
    if (!hit.length) return null
    const [first, last] = [hit[0], hit[hit.length - 1]]
    const from = this.wordAt(turns, first, chosen.startContainer, chosen.startOffset)
    const following = turns.words(last).starts[this.wordIndex(turns, last, chosen.endContainer, chosen.endOffset) + 1]
    const until = following ?? Number(turns.elements[last].dataset.end)
    const start = Math.floor(from / 1000)
    return { start, end: Math.max(start + 1, Math.ceil(until / 1000)) }
  }

  wordAt(turns, index, node, offset) {
    return turns.words(index).starts[this.wordIndex(turns, index, node, offset)] ?? turns.starts[index]
  }

  // The word of a turn that the place is in; its first when the place is not in the turn's text.
  wordIndex(turns, index, node, offset) {
    if (node !== turns.textOf(index)) return 0
    const { places } = turns.words(index)
    const found = places.findIndex(([, end]) => offset <= end)
    return found < 0 ? places.length - 1 : found
  }
})
