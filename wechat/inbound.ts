/** What the platform pushes to an account: every message and event kind of section 3, as one discriminated union. */

interface Pushed {
  /** The account's original id, `gh_…`. */
  readonly toUserName: string;
  /** The fan's openid. */
  readonly fromUserName: string;
  /** Seconds since 1970. */
  readonly createTimeS: number;
}

interface Message extends Pushed {
  /** A 64-bit integer, above 2^53 in every real sample: decimal digits, never a number. Equal on every attempt. */
  readonly msgId: string;
}

interface TextMessage extends Message {
  readonly kind: 'text';
  readonly content: string;
}

interface ImageMessage extends Message {
  readonly kind: 'image';
  readonly picUrl: string;
  readonly mediaId: string;
}

interface VoiceMessage extends Message {
  readonly kind: 'voice';
  readonly mediaId: string;
  readonly format: string;
  /** What speech recognition heard; absent where it is off, may be empty. */
  readonly recognition?: string;
}

interface VideoMessage extends Message {
  readonly kind: 'video' | 'shortvideo';
  readonly mediaId: string;
  readonly thumbMediaId: string;
}

interface LocationMessage extends Message {
  readonly kind: 'location';
  /** Latitude, degrees. */
  readonly locationX: number;
  /** Longitude, degrees. */
  readonly locationY: number;
  readonly scale: number;
  readonly label: string;
}

interface LinkMessage extends Message {
  readonly kind: 'link';
  readonly title: string;
  readonly description: string;
  readonly url: string;
}

/** Of a kind that is not among these: the platform has more, and adds some. */
interface UnknownMessage extends Message {
  readonly kind: 'unknown';
  /** `MsgType` as on the wire. */
  readonly name: string;
}

interface Event extends Pushed {
  readonly kind: 'event';
}

interface FollowEvent extends Event {
  readonly event: 'subscribe' | 'unsubscribe';
  /** Empty, or `qrscene_<scene>` from a QR code. */
  readonly eventKey: string;
  /** Of the QR code, if there was one. */
  readonly ticket?: string;
}

interface ScanEvent extends Event {
  readonly event: 'SCAN';
  /** The scene of the QR code. */
  readonly eventKey: string;
  readonly ticket: string;
}

interface PositionEvent extends Event {
  readonly event: 'LOCATION';
  /** Degrees. */
  readonly latitude: number;
  /** Degrees. */
  readonly longitude: number;
  /** Metres. */
  readonly precision: number;
}

interface MenuEvent extends Event {
  readonly event: 'CLICK' | 'VIEW';
  /** CLICK: the button's key; VIEW: its address. */
  readonly eventKey: string;
  /** Decimal digits; of the conditional menu, if there was one. */
  readonly menuId?: string;
}

interface ScanCodeEvent extends Event {
  readonly event: 'scancode_push' | 'scancode_waitmsg';
  readonly eventKey: string;
  readonly scanCodeInfo: { readonly scanType: string; readonly scanResult: string };
}

interface PictureEvent extends Event {
  readonly event: 'pic_sysphoto' | 'pic_photo_or_album' | 'pic_weixin';
  readonly eventKey: string;
  readonly sendPicsInfo: { readonly count: number; readonly picList: readonly { readonly picMd5Sum: string }[] };
}

interface LocationSelectEvent extends Event {
  readonly event: 'location_select';
  readonly eventKey: string;
  readonly sendLocationInfo: {
    readonly locationX: number;
    readonly locationY: number;
    readonly scale: number;
    readonly label: string;
    readonly poiname: string;
  };
}

interface TemplateJobEvent extends Event {
  readonly event: 'TEMPLATESENDJOBFINISH';
  /** The job's `MsgID`, decimal digits. */
  readonly msgId: string;
  readonly status: string;
}

interface MassJobEvent extends Event {
  readonly event: 'MASSSENDJOBFINISH';
  /** The job's `MsgID`, decimal digits. */
  readonly msgId: string;
  readonly status: string;
  readonly totalCount: number;
  readonly filterCount: number;
  readonly sentCount: number;
  readonly errorCount: number;
}

interface DeskSessionEvent extends Event {
  readonly event: 'kf_create_session' | 'kf_close_session';
  readonly kfAccount: string;
}

interface DeskSwitchEvent extends Event {
  readonly event: 'kf_switch_session';
  readonly fromKfAccount: string;
  readonly toKfAccount: string;
}

/** The same of an event. */
interface UnknownEvent extends Event {
  readonly event: 'unknown';
  /** `Event` as on the wire. */
  readonly name: string;
  /** Empty if there was none. */
  readonly eventKey: string;
}

export type InboundMessage =
  | TextMessage
  | ImageMessage
  | VoiceMessage
  | VideoMessage
  | LocationMessage
  | LinkMessage
  | UnknownMessage;

export type InboundEvent =
  | FollowEvent
  | ScanEvent
  | PositionEvent
  | MenuEvent
  | ScanCodeEvent
  | PictureEvent
  | LocationSelectEvent
  | TemplateJobEvent
  | MassJobEvent
  | DeskSessionEvent
  | DeskSwitchEvent
  | UnknownEvent;

/** One push. `kind` is `MsgType`, and an event's `event` is `Event`, both spelled as on the wire, or `unknown`. */
export type Inbound = InboundMessage | InboundEvent;

export const messageKinds = [
  'text',
  'image',
  'voice',
  'video',
  'shortvideo',
  'location',
  'link',
  'unknown',
] as const satisfies readonly InboundMessage['kind'][];

export const eventNames = [
  'subscribe',
  'unsubscribe',
  'SCAN',
  'LOCATION',
  'CLICK',
  'VIEW',
  'scancode_push',
  'scancode_waitmsg',
  'pic_sysphoto',
  'pic_photo_or_album',
  'pic_weixin',
  'location_select',
  'TEMPLATESENDJOBFINISH',
  'MASSSENDJOBFINISH',
  'kf_create_session',
  'kf_close_session',
  'kf_switch_session',
  'unknown',
] as const satisfies readonly InboundEvent['event'][];

/**
 * Equal for all attempts of one push, different for different pushes (section 3). Messages: MsgId. Finished jobs: MsgID,
 * with the event's name before it because jobs are numbered apart. Other events carry no id: sender, second, event and
 * key, so that two equal events of one fan within one second are one.
 */
export function dedupeKey(message: Inbound): string {
  if (message.kind !== 'event') return message.msgId;
  if ('msgId' in message) return `${message.event}|${message.msgId}`;
  const eventKey = 'eventKey' in message ? message.eventKey : '';
  const event = message.event === 'unknown' ? message.name : message.event;
  return `${message.fromUserName}|${message.createTimeS}|${event}|${eventKey}`;
}
