/** Writes a passive reply (section 4). Limits are not checked here: a server with a bug must be able to show it. */
import { unreachable } from '../core/problem.js';
import type { Article, Reply } from './reply.js';
import { cdata } from './xml.js';

/** Characters illegal in XML are dropped. */
export function writeReply(reply: Reply): string {
  return `<xml><ToUserName>${cdata(reply.toUserName)}</ToUserName>
<FromUserName>${cdata(reply.fromUserName)}</FromUserName>
<CreateTime>${reply.createTime}</CreateTime>
<MsgType><![CDATA[${reply.kind}]]></MsgType>
${fields(reply)}</xml>`;
}

function fields(reply: Reply): string {
  switch (reply.kind) {
    case 'text':
      return `<Content>${cdata(reply.content)}</Content>\n`;
    case 'image':
      return `<Image><MediaId>${cdata(reply.mediaId)}</MediaId></Image>\n`;
    case 'voice':
      return `<Voice><MediaId>${cdata(reply.mediaId)}</MediaId></Voice>\n`;
    case 'video': {
      const caption = `${optional('Title', reply.title)}${optional('Description', reply.description)}`;
      return `<Video><MediaId>${cdata(reply.mediaId)}</MediaId>${caption}</Video>\n`;
    }
    case 'music': {
      const caption = `${optional('Title', reply.title)}${optional('Description', reply.description)}`;
      const urls = `${optional('MusicUrl', reply.musicUrl)}${optional('HQMusicUrl', reply.hqMusicUrl)}`;
      return `<Music>${caption}${urls}<ThumbMediaId>${cdata(reply.thumbMediaId)}</ThumbMediaId></Music>\n`;
    }
    case 'news':
      return `<ArticleCount>${reply.articles.length}</ArticleCount>
<Articles>${reply.articles.map(item).join('')}</Articles>
`;
    case 'transfer_customer_service':
      return reply.kfAccount === undefined
        ? ''
        : `<TransInfo><KfAccount>${cdata(reply.kfAccount)}</KfAccount></TransInfo>\n`;
    default:
      return unreachable(reply);
  }
}

function optional(name: string, text: string | undefined): string {
  return text === undefined ? '' : `<${name}>${cdata(text)}</${name}>`;
}

function item({ title, description, picUrl, url }: Article): string {
  return `<item><Title>${cdata(title)}</Title>
<Description>${cdata(description)}</Description>
<PicUrl>${cdata(picUrl)}</PicUrl>
<Url>${cdata(url)}</Url></item>
`;
}
