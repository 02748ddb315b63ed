// The turns of a transcript as times: which turn and which word is spoken at a moment, and which word
// lies under a point of the page. Words are unpacked from a turn only when it is looked at.
export class Turns {
  constructor(list) {
    this.elements = [...list.querySelectorAll(".turn")]
    this.starts = Float64Array.from(this.elements, (turn) => Number(turn.dataset.start))
    this.unpacked = new Map()
  }

  // The last turn that has begun at `ms`, or -1 before the first.
  at(ms) {
    return lastNotAfter(this.starts, ms)
  }

  wordAt(index, ms) {
    return lastNotAfter(this.words(index).starts, ms)
  }

  textOf(index) {
    return this.elements[index].lastChild
  }

  words(index) {
    if (!this.unpacked.has(index)) this.unpacked.set(index, this.unpack(index))
    return this.unpacked.get(index)
  }

  // "3,b 1c,9 2,8,0,2": recordings/timings.py says how this is read.
  unpack(index) {
    const [starts, places, run] = [[], [], /\S+/g]
    const text = this.textOf(index).data ?? ""
    let [start, from, to] = [this.starts[index], 0, 0]
    for (const group of (this.elements[index].dataset.words || "").split(" ").filter(Boolean)) {
      const [delta, , gap, length] = group.split(",").map((digits) => parseInt(digits, 36))
      start += delta * 10
      if (length === undefined) [from, to] = [run.exec(text)?.index ?? to, run.lastIndex]
      else [from, to] = [to + gap, to + gap + length]
      run.lastIndex = to
      starts.push(start)
      places.push([from, to])
    }
    return { starts, places }
  }

  rangeOf(index, word) {
    const text = this.textOf(index)
    const place = this.words(index).places[word]
    if (!text || !place) return null
    const range = new Range()
    range.setStart(text, place[0])
    range.setEnd(text, place[1])
    return range
  }

  // The turn and word under a point, or null when there is no text.
  under(x, y) {
    const [node, offset] = caretAt(x, y)
    const turn = node?.parentElement
    if (!turn?.matches(".turn") || node !== turn.lastChild) return null
    const index = this.elements.indexOf(turn)
    const { places, starts } = this.words(index)
    const word = places.findIndex(([, end]) => offset <= end)
    return { index, word, ms: starts[word] ?? this.starts[index] }
  }
}

function lastNotAfter(sorted, value) {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle] <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}

function caretAt(x, y) {
  if (document.caretPositionFromPoint) {
    const caret = document.caretPositionFromPoint(x, y)
    return [caret?.offsetNode, caret?.offset]
  }
  const range = document.caretRangeFromPoint?.(x, y)
  return [range?.startContainer, range?.startOffset]
}
