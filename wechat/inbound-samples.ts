/** One push of every message and event kind, for tests: the compiler holds that none is missing. */
import type { Inbound, InboundEvent, InboundMessage } from './inbound.js';

const pushed = {
  toUserName: 'gh_7e79f322efe2',
  fromUserName: 'osRxAs1NM8hTkWrVlAwYajNjZrYw',
  createTimeS: 1_679_979_471,
} as const;
const message = { ...pushed, msgId: '24051524690104385' } as const;
const event = { kind: 'event', ...pushed } as const;
const pictures = { count: 2, picList: [{ picMd5Sum: '1b5f7c23b5bf75682a53e7b6d163e185' }, { picMd5Sum: '5a75aaca' }] };
const place = { locationX: 23.134521, locationY: -113.358803, scale: 20, label: '位置信息' };

/** The push captured in 2023 that section 2 shows, byte for byte. */
export const capturedPush = `<xml><ToUserName><![CDATA[gh_7e79f322efe2]]></ToUserName>
<FromUserName><![CDATA[osRxAs1NM8hTkWrVlAwYajNjZrYw]]></FromUserName>
<CreateTime>1679979471</CreateTime>
<MsgType><![CDATA[text]]></MsgType>
<Content><![CDATA[快速排序]]></Content>
<MsgId>24051524690104385</MsgId>
</xml>`;

export const sampleMessages: { readonly [K in InboundMessage['kind']]: InboundMessage & { readonly kind: K } } = {
  text: { kind: 'text', ...message, content: '快速排序' },
  image: { kind: 'image', ...message, picUrl: 'http://mmbiz.qpic.cn/a?b=1&c=2', mediaId: 'media_1' },
  voice: { kind: 'voice', ...message, mediaId: 'media_1', format: 'amr', recognition: '我的花呢' },
  video: { kind: 'video', ...message, mediaId: 'media_1', thumbMediaId: 'thumb_1' },
  shortvideo: { kind: 'shortvideo', ...message, mediaId: 'media_1', thumbMediaId: 'thumb_1' },
  location: { kind: 'location', ...message, ...place },
  link: { kind: 'link', ...message, title: '公众平台官网链接', description: '', url: 'https://example.com/?a=1&b=<2>' },
  unknown: { kind: 'unknown', ...message, name: 'miniprogrampage' },
};

export const sampleEvents: { readonly [E in InboundEvent['event']]: InboundEvent & { readonly event: E } } = {
  subscribe: { ...event, event: 'subscribe', eventKey: 'qrscene_123123', ticket: 'TICKET' },
  unsubscribe: { ...event, event: 'unsubscribe', eventKey: '' },
  SCAN: { ...event, event: 'SCAN', eventKey: '123123', ticket: 'TICKET' },
  LOCATION: { ...event, event: 'LOCATION', latitude: 23.137466, longitude: 113.352425, precision: 119.38504 },
  CLICK: { ...event, event: 'CLICK', eventKey: 'MENU_LOTTERY' },
  VIEW: { ...event, event: 'VIEW', eventKey: 'https://example.com/?a=1&b=2', menuId: '430121580' },
  scancode_push: scanned('scancode_push'),
  scancode_waitmsg: scanned('scancode_waitmsg'),
  pic_sysphoto: { ...event, event: 'pic_sysphoto', eventKey: '6', sendPicsInfo: { count: 0, picList: [] } },
  pic_photo_or_album: { ...event, event: 'pic_photo_or_album', eventKey: '6', sendPicsInfo: pictures },
  pic_weixin: { ...event, event: 'pic_weixin', eventKey: '6', sendPicsInfo: pictures },
  location_select: {
    ...event,
    event: 'location_select',
    eventKey: '6',
    sendLocationInfo: { ...place, poiname: '' },
  },
  TEMPLATESENDJOBFINISH: { ...event, event: 'TEMPLATESENDJOBFINISH', msgId: '200163836', status: 'failed:user block' },
  MASSSENDJOBFINISH: {
    ...event,
    event: 'MASSSENDJOBFINISH',
    msgId: '1000001625',
    status: 'err(30003)',
    totalCount: 100,
    filterCount: 80,
    sentCount: 75,
    errorCount: 5,
  },
  kf_create_session: { ...event, event: 'kf_create_session', kfAccount: 'test1@test' },
  kf_close_session: { ...event, event: 'kf_close_session', kfAccount: 'test1@test' },
  kf_switch_session: { ...event, event: 'kf_switch_session', fromKfAccount: 'test1@test', toKfAccount: 'test2@test' },
  unknown: { ...event, event: 'unknown', name: 'view_miniprogram', eventKey: 'pages/index' },
};

export const samples: readonly Inbound[] = [...Object.values(sampleMessages), ...Object.values(sampleEvents)];

function scanned<E extends 'scancode_push' | 'scancode_waitmsg'>(name: E) {
  return { ...event, event: name, eventKey: '6', scanCodeInfo: { scanType: 'qrcode', scanResult: '1' } };
}
