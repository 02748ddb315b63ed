// <passkey-form options="id" | options-from="/address"> around a form with an input "credential".
// Sending the form first asks the browser for the passkey; what it answers is sent along. The
// options are the server's (a json_script, or fetched when needed); status says what went wrong.
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0))
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
const known = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }))
const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]

customElements.define("passkey-form", class extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential) return this.say("This browser has no passkeys.")
    this.form.hidden = false
    this.addEventListener("submit", this)
  }

  get form() { return this.querySelector("form") }

  say(sentence) { this.querySelector("[role=status]").textContent = sentence }

  async handleEvent(event) {
    event.preventDefault()
    this.say("")
    try {
      const credential = await this.ask(await this.options())
      this.form.elements.credential.value = JSON.stringify(answer(credential))
    } catch (problem) {
      return this.say(sentence(problem))
    }
    this.form.submit()
  }

  async options() {
    const from = this.getAttribute("options-from")
    if (!from) return JSON.parse(document.getElementById(this.getAttribute("options")).textContent)
    const response = await fetch(from, { headers: { Accept: "application/json" } })
    if (!response.ok) throw new Error("Too many tries in a short time. Wait a minute, then try again.")
    return response.json()
  }

  ask({ creation_options: creation, request_options: request }) {
    if (creation) return navigator.credentials.create({ publicKey: this.creation(creation.publicKey) })
    const key = request.publicKey
    return navigator.credentials.get({
      publicKey: { ...key, challenge: bytes(key.challenge), allowCredentials: known(key.allowCredentials) ?? [] },
    })
  }

  creation(key) {
    const alone = this.form.elements.passwordless?.checked
    return {
      ...key,
      challenge: bytes(key.challenge),
      user: { ...key.user, id: bytes(key.user.id) },
      excludeCredentials: known(key.excludeCredentials) ?? [],
      authenticatorSelection: {
        ...key.authenticatorSelection,
        residentKey: alone ? "required" : "discouraged",
        requireResidentKey: alone,
        ...(alone && { userVerification: "required" }),
      },
      extensions: { credProps: true },
    }
  }
})

function answer(credential) {
  const response = {}
  for (const part of PARTS) if (credential.response[part]) response[part] = text(credential.response[part])
  if (credential.response.getTransports) response.transports = credential.response.getTransports()
  return {
    type: credential.type,
    id: credential.id,
    rawId: text(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  }
}

function sentence(problem) {
  switch (problem.name) {
    case "NotAllowedError": return "It was cancelled, or took too long. Try again."
    case "InvalidStateError": return "This passkey is set up already."
    case "SecurityError": return "Passkeys work only at Earshot’s own address, over https."
    default: return problem.message
  }
}
