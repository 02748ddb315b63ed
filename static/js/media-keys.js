// The keys of keyboards, headsets and lock screens: what they show of a recording, and what they do.
const SKIP = 10

export function answerMediaKeys(media, { title, poster }, command) {
  const session = navigator.mediaSession
  if (!session) return
  const artwork = poster ? [{ src: new URL(poster, location.href).href, type: "image/jpeg" }] : []
  session.metadata = new MediaMetadata({ title, artist: "Earshot", artwork })
  const actions = {
    play: () => command("play"),
    pause: () => media.pause(),
    seekbackward: ({ seekOffset }) => command("skip", -(seekOffset || SKIP)),
    seekforward: ({ seekOffset }) => command("skip", seekOffset || SKIP),
    seekto: ({ seekTime }) => command("seek", seekTime),
  }
  for (const [name, action] of Object.entries(actions)) session.setActionHandler(name, action)
}
