// <transcript-revision revision="13" src="…/changes/"> is replaced by the live stream, or by the answer to
// a form, whenever the transcript changes. It then fetches the turns that changed and puts them in place.
let shown = null // the revision of the turns in the page

customElements.define("transcript-revision", class extends HTMLElement {
  static observedAttributes = ["revision"]

  connectedCallback() { this.look() }

  attributeChangedCallback() { if (this.isConnected) this.look() }

  get revision() { return Number(this.getAttribute("revision")) }

  look() {
    shown ??= this.revision
    if (this.revision > shown) this.take(shown, (shown = this.revision))
  }

  async take(since) {
    const answer = await fetch(`${this.getAttribute("src")}?since=${since}`).catch(() => null)
    if (!answer?.ok) {
      shown = Math.min(shown, since) // the next news tries again
      return
    }
    const fresh = document.createElement("template")
    fresh.innerHTML = await answer.text()
    for (const element of [...fresh.content.children]) put(element)
    document.dispatchEvent(new CustomEvent("recording:text"))
  }
})

function put(fresh) {
  const here = document.getElementById(fresh.id)
  if (!here) return
  if (fresh.matches(".turn")) putTurn(here, fresh)
  else if (fresh.id === "turns") here.replaceChildren(...fresh.childNodes)
  else htmx.swap({ text: fresh.outerHTML, target: here, sourceElement: here, swap: "outerMorph" })
}

// In place: what is spoken now stays marked, and who stood on the name stays there.
function putTurn(here, fresh) {
  const place = document.activeElement?.closest?.(".turn") === here ? document.activeElement.className : ""
  for (const name of ["data-start", "data-end", "data-words"]) here.setAttribute(name, fresh.getAttribute(name))
  here.replaceChildren(...fresh.childNodes)
  if (place) here.querySelector(`.${CSS.escape(place)}`)?.focus({ preventScroll: true })
}
