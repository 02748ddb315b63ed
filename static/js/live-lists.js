// Regions that fetch themselves on live:changed: those whose data-live-topic has the topic, and
// what listens on the body. Their answers never undo what came after the question.
let newsAt = 0

export function noteNews() {
  newsAt = performance.now()
}

// All of them without a topic: for when nobody knows what was missed.
export function askLists(topic) {
  const named = topic === undefined ? "[data-live-topic]" : `[data-live-topic~="${CSS.escape(topic)}"]`
  for (const region of [document.body, ...document.querySelectorAll(named)]) ask(region, topic)
}

const ask = (region, topic) => region.dispatchEvent(new CustomEvent("live:changed", { detail: { topic } }))

// What a list was asked while it showed something else (another filter, another week) is out of date.
const asked = new WeakMap()
const addressOf = (region) => region.dataset?.liveTopic && region.getAttribute("hx-get")

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  asked.set(ctx, { address: addressOf(ctx.sourceElement), at: performance.now() })
})

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail
  const { address, at } = asked.get(ctx) ?? {}
  // The answer to a change may be older than news that overtook it: look once more.
  if (ctx.request?.method === "POST" && newsAt > at) setTimeout(askLists)
  if (!address || address === addressOf(ctx.sourceElement)) return
  event.preventDefault()
  ask(ctx.sourceElement)
})
