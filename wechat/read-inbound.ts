/** Reads a plain push (sections 2 and 3). Elements it does not know are ignored: the platform adds fields. */
import {
  childOf,
  nonEmptyText,
  optionalText,
  quote,
  requiredChild,
  requiredDecimal,
  requiredDigits,
  requiredInteger,
  requiredText,
  requiredToken,
  WireError,
  type XmlElement,
} from './element.js';
import type { Inbound, InboundEvent } from './inbound.js';
import { readXml } from './xml.js';

/** As every `MsgType` and `Event` is named so far. */
const NAME = /^[\w.:-]{1,64}$/;

/** Throws `XmlError` if it is no acceptable XML, `WireError` with the field's name if it is no message of section 3. */
export function readInbound(xml: string): Inbound {
  const root = readXml(xml);
  if (root.name !== 'xml') throw new WireError('xml', `is missing: the root element is ${quote(root.name)}`);
  const toUserName = nonEmptyText(root, 'ToUserName');
  const fromUserName = nonEmptyText(root, 'FromUserName');
  const createTimeS = requiredInteger(root, 'CreateTime');
  const kind = requiredToken(root, 'MsgType');
  if (kind === 'event') return readEvent(root, { kind, toUserName, fromUserName, createTimeS });
  const addressed = { toUserName, fromUserName, createTimeS };
  switch (kind) {
    case 'text':
      return { kind, ...addressed, content: requiredText(root, 'Content'), msgId: msgIdOf(root) };
    case 'image': {
      const picUrl = requiredText(root, 'PicUrl');
      return { kind, ...addressed, picUrl, mediaId: requiredText(root, 'MediaId'), msgId: msgIdOf(root) };
    }
    case 'voice': {
      const recognition = optionalText(root, 'Recognition');
      return {
        kind,
        ...addressed,
        mediaId: requiredText(root, 'MediaId'),
        format: requiredText(root, 'Format'),
        ...(recognition === undefined ? {} : { recognition }),
        msgId: msgIdOf(root),
      };
    }
    case 'video':
    case 'shortvideo': {
      const mediaId = requiredText(root, 'MediaId');
      return { kind, ...addressed, mediaId, thumbMediaId: requiredText(root, 'ThumbMediaId'), msgId: msgIdOf(root) };
    }
    case 'location':
      return { kind, ...addressed, ...placeOf(root), msgId: msgIdOf(root) };
    case 'link':
      return {
        kind,
        ...addressed,
        title: requiredText(root, 'Title'),
        description: requiredText(root, 'Description'),
        url: requiredText(root, 'Url'),
        msgId: msgIdOf(root),
      };
    default:
      return { kind: 'unknown', name: nameIn('MsgType', kind), ...addressed, msgId: msgIdOf(root) };
  }
}

function readEvent(
  root: XmlElement,
  pushed: Pick<InboundEvent, 'kind' | 'toUserName' | 'fromUserName' | 'createTimeS'>,
): InboundEvent {
  const event = requiredToken(root, 'Event');
  switch (event) {
    case 'subscribe':
    case 'unsubscribe': {
      const ticket = optionalText(root, 'Ticket');
      const eventKey = optionalText(root, 'EventKey') ?? '';
      return { ...pushed, event, eventKey, ...(ticket === undefined ? {} : { ticket }) };
    }
    case 'SCAN':
      return { ...pushed, event, eventKey: eventKeyOf(root), ticket: requiredText(root, 'Ticket') };
    case 'LOCATION':
      return {
        ...pushed,
        event,
        latitude: requiredDecimal(root, 'Latitude'),
        longitude: requiredDecimal(root, 'Longitude'),
        precision: requiredDecimal(root, 'Precision'),
      };
    case 'CLICK':
    case 'VIEW': {
      const menu = childOf(root, 'MenuId') === undefined ? {} : { menuId: requiredDigits(root, 'MenuId') };
      return { ...pushed, event, eventKey: eventKeyOf(root), ...menu };
    }
    case 'scancode_push':
    case 'scancode_waitmsg': {
      const info = requiredChild(root, 'ScanCodeInfo');
      const scanCodeInfo = { scanType: requiredText(info, 'ScanType'), scanResult: requiredText(info, 'ScanResult') };
      return { ...pushed, event, eventKey: eventKeyOf(root), scanCodeInfo };
    }
    case 'pic_sysphoto':
    case 'pic_photo_or_album':
    case 'pic_weixin': {
      const info = requiredChild(root, 'SendPicsInfo');
      const items = requiredChild(info, 'PicList').children.filter((child) => child.name === 'item');
      const picList = items.map((item) => ({ picMd5Sum: requiredText(item, 'PicMd5Sum') }));
      const sendPicsInfo = { count: requiredInteger(info, 'Count'), picList };
      return { ...pushed, event, eventKey: eventKeyOf(root), sendPicsInfo };
    }
    case 'location_select': {
      const info = requiredChild(root, 'SendLocationInfo');
      const sendLocationInfo = { ...placeOf(info), poiname: optionalText(info, 'Poiname') ?? '' };
      return { ...pushed, event, eventKey: eventKeyOf(root), sendLocationInfo };
    }
    case 'TEMPLATESENDJOBFINISH':
      return { ...pushed, event, msgId: requiredDigits(root, 'MsgID'), status: requiredText(root, 'Status') };
    case 'MASSSENDJOBFINISH':
      return {
        ...pushed,
        event,
        msgId: requiredDigits(root, 'MsgID'),
        status: requiredText(root, 'Status'),
        totalCount: requiredInteger(root, 'TotalCount'),
        filterCount: requiredInteger(root, 'FilterCount'),
        sentCount: requiredInteger(root, 'SentCount'),
        errorCount: requiredInteger(root, 'ErrorCount'),
      };
    case 'kf_create_session':
    case 'kf_close_session':
      return { ...pushed, event, kfAccount: requiredText(root, 'KfAccount') };
    case 'kf_switch_session': {
      const fromKfAccount = requiredText(root, 'FromKfAccount');
      return { ...pushed, event, fromKfAccount, toKfAccount: requiredText(root, 'ToKfAccount') };
    }
    default:
      return {
        ...pushed,
        event: 'unknown',
        name: nameIn('Event', event),
        eventKey: optionalText(root, 'EventKey') ?? '',
      };
  }
}

function nameIn(field: string, name: string): string {
  if (!NAME.test(name)) throw new WireError(field, `is ${quote(name)}, which can be no name`);
  return name;
}

function msgIdOf(root: XmlElement): string {
  return requiredDigits(root, 'MsgId');
}

function eventKeyOf(root: XmlElement): string {
  return requiredText(root, 'EventKey');
}

function placeOf(parent: XmlElement) {
  return {
    locationX: requiredDecimal(parent, 'Location_X'),
    locationY: requiredDecimal(parent, 'Location_Y'),
    scale: requiredDecimal(parent, 'Scale'),
    label: requiredText(parent, 'Label'),
  };
}
