/** Writes a plain push in the platform's own byte form (section 2): LF between elements, strings as CDATA, numbers bare. */
import { unreachable } from '../core/problem.js';
import type { Inbound, InboundEvent, InboundMessage } from './inbound.js';
import { cdata } from './xml.js';

/** Ids (`msgId`, `menuId`) must be decimal digits: they go out bare. Characters illegal in XML are dropped. */
export function writeInbound(message: Inbound): string {
  return `<xml><ToUserName>${cdata(message.toUserName)}</ToUserName>
<FromUserName>${cdata(message.fromUserName)}</FromUserName>
<CreateTime>${message.createTimeS}</CreateTime>
<MsgType><![CDATA[${message.kind === 'unknown' ? message.name : message.kind}]]></MsgType>
${message.kind === 'event' ? eventFields(message) : messageFields(message)}</xml>`;
}

function messageFields(message: InboundMessage): string {
  const msgId = `<MsgId>${message.msgId}</MsgId>\n`;
  switch (message.kind) {
    case 'text':
      return `<Content>${cdata(message.content)}</Content>\n${msgId}`;
    case 'image':
      return `<PicUrl>${cdata(message.picUrl)}</PicUrl>\n${mediaId(message.mediaId)}${msgId}`;
    case 'voice': {
      const { recognition } = message;
      const heard = recognition === undefined ? '' : `<Recognition>${cdata(recognition)}</Recognition>\n`;
      return `${mediaId(message.mediaId)}<Format>${cdata(message.format)}</Format>\n${msgId}${heard}`;
    }
    case 'video':
    case 'shortvideo':
      return `${mediaId(message.mediaId)}<ThumbMediaId>${cdata(message.thumbMediaId)}</ThumbMediaId>\n${msgId}`;
    case 'location':
      return `${place(message)}${msgId}`;
    case 'link':
      return `<Title>${cdata(message.title)}</Title>
<Description>${cdata(message.description)}</Description>
<Url>${cdata(message.url)}</Url>
${msgId}`;
    case 'unknown':
      return msgId;
    default:
      return unreachable(message);
  }
}

function eventFields(message: InboundEvent): string {
  return `<Event><![CDATA[${message.event === 'unknown' ? message.name : message.event}]]></Event>
${'eventKey' in message ? `<EventKey>${cdata(message.eventKey)}</EventKey>\n` : ''}${detailFields(message)}`;
}

function detailFields(message: InboundEvent): string {
  switch (message.event) {
    case 'subscribe':
    case 'unsubscribe':
    case 'SCAN':
      return message.ticket === undefined ? '' : `<Ticket>${cdata(message.ticket)}</Ticket>\n`;
    case 'LOCATION':
      return `<Latitude>${message.latitude}</Latitude>
<Longitude>${message.longitude}</Longitude>
<Precision>${message.precision}</Precision>
`;
    case 'CLICK':
    case 'VIEW':
      return message.menuId === undefined ? '' : `<MenuId>${message.menuId}</MenuId>\n`;
    case 'scancode_push':
    case 'scancode_waitmsg':
      return `<ScanCodeInfo><ScanType>${cdata(message.scanCodeInfo.scanType)}</ScanType>
<ScanResult>${cdata(message.scanCodeInfo.scanResult)}</ScanResult>
</ScanCodeInfo>
`;
    case 'pic_sysphoto':
    case 'pic_photo_or_album':
    case 'pic_weixin': {
      const { count, picList } = message.sendPicsInfo;
      const items = picList.map((pic) => `<item><PicMd5Sum>${cdata(pic.picMd5Sum)}</PicMd5Sum>\n</item>\n`);
      return `<SendPicsInfo><Count>${count}</Count>
<PicList>${items.join('')}</PicList>
</SendPicsInfo>
`;
    }
    case 'location_select':
      return `<SendLocationInfo>${place(message.sendLocationInfo)}<Poiname>${cdata(message.sendLocationInfo.poiname)}</Poiname>
</SendLocationInfo>
`;
    case 'TEMPLATESENDJOBFINISH':
      return `<MsgID>${message.msgId}</MsgID>\n<Status>${cdata(message.status)}</Status>\n`;
    case 'MASSSENDJOBFINISH':
      return `<MsgID>${message.msgId}</MsgID>
<Status>${cdata(message.status)}</Status>
<TotalCount>${message.totalCount}</TotalCount>
<FilterCount>${message.filterCount}</FilterCount>
<SentCount>${message.sentCount}</SentCount>
<ErrorCount>${message.errorCount}</ErrorCount>
`;
    case 'kf_create_session':
    case 'kf_close_session':
      return `<KfAccount>${cdata(message.kfAccount)}</KfAccount>\n`;
    case 'kf_switch_session':
      return `<FromKfAccount>${cdata(message.fromKfAccount)}</FromKfAccount>
<ToKfAccount>${cdata(message.toKfAccount)}</ToKfAccount>
`;
    case 'unknown':
      return '';
    default:
      return unreachable(message);
  }
}

function mediaId(id: string): string {
  return `<MediaId>${cdata(id)}</MediaId>\n`;
}

interface Place {
  readonly locationX: number;
  readonly locationY: number;
  readonly scale: number;
  readonly label: string;
}

function place({ locationX, locationY, scale, label }: Place): string {
  return `<Location_X>${locationX}</Location_X>
<Location_Y>${locationY}</Location_Y>
<Scale>${scale}</Scale>
<Label>${cdata(label)}</Label>
`;
}
