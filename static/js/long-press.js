// A finger that stays on an element of that kind: `act` gets the element. What follows from lifting the
// finger (a click, a selected word, the browser's own menu) is left out. Other ways must lead there too.
const HOLD_MS = 500
const SLACK = 10 // pixels a resting finger may wander

export function onLongPress(selector, act, signal) {
  let timer, place
  const options = { signal, passive: true }
  const stop = () => clearTimeout(timer)

  const held = (element) => {
    place = null
    getSelection().removeAllRanges()
    const lift = new AbortController()
    addEventListener("click", (event) => {
      event.preventDefault()
      event.stopPropagation()
    }, { capture: true, once: true, signal: lift.signal })
    addEventListener("pointerdown", () => lift.abort(), { capture: true, once: true })
    act(element)
  }

  addEventListener("pointerdown", (event) => {
    stop()
    const element = event.target.closest(selector)
    if (!element || event.pointerType !== "touch" || !event.isPrimary) return
    place = [event.clientX, event.clientY]
    timer = setTimeout(held, HOLD_MS, element)
  }, options)
  addEventListener("pointermove", ({ clientX, clientY }) => {
    if (place && Math.hypot(clientX - place[0], clientY - place[1]) > SLACK) stop()
  }, options)
  for (const type of ["pointerup", "pointercancel", "scroll"]) addEventListener(type, stop, options)
  addEventListener("contextmenu", (event) => {
    if (event.pointerType === "touch" && event.target.closest(selector)) event.preventDefault()
  }, { signal })
}
