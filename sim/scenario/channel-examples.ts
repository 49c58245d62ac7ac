/** How the settings of `channel` look for targets like those of LINE, WhatsApp and Slack: for the reference and its test. */

export const channelExamples = {
  LINE: `channel:
  type: webhook
  signature: { header: x-line-signature, encoding: base64 }
  body:
    destination: "{account}"
    events:
      - type: message
        webhookEventId: "{messageId}"
        timestamp: "{timestampMs:number}"
        source: { type: user, userId: "{openid}" }
        replyToken: "{openid}"
        message: { id: "{messageId}", type: text, text: "{text}" }
  bodies:
    subscribe:
      destination: "{account}"
      events:
        - { type: follow, timestamp: "{timestampMs:number}", source: { type: user, userId: "{openid}" }, replyToken: "{openid}" }
  reply: { from: callback, textAt: /messages/0/text, toAt: /replyToken, verify: bearer }
  check: { by: acknowledgement, body: { destination: U0, events: [] } }`,
  WhatsApp: `channel:
  type: webhook
  signature: { header: x-hub-signature-256, prefix: "sha256=" }
  body:
    object: whatsapp_business_account
    entry:
      - id: "{account}"
        changes:
          - field: messages
            value:
              messaging_product: whatsapp
              metadata: { phone_number_id: "{account}" }
              contacts: [{ wa_id: "{openid}", profile: { name: "{name}" } }]
              messages:
                - { from: "{openid}", id: "wamid.{messageId}", timestamp: "{timestampS}", type: text, text: { body: "{text}" } }
  reply: { from: callback, textAt: /text/body, toAt: /to, verify: bearer }
  check: { by: hub-challenge, verifyToken: my-verify-token }`,
  Slack: `channel:
  type: webhook
  signature:
    header: x-slack-signature
    prefix: "v0="
    payload: "v0:{timestamp}:{body}"
    timestampHeader: x-slack-request-timestamp
  body:
    type: event_callback
    event_id: "Ev{messageId}"
    event_time: "{timestampS:number}"
    event: { type: message, channel: "{openid}", user: "{openid}", text: "{text}" }
  reply: { from: callback, textAt: /text, toAt: /channel, verify: bearer }
  check: { by: url-verification }
platform: { deadline: 3s, attempts: 4, gaps: [0s, 1m, 5m] }`,
} as const;
