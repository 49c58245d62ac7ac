import { describe, expect, it } from 'vitest';
import { type Reply, shownText } from './reply.js';

const addressed = { toUserName: 'fan', fromUserName: 'gh_1', createTime: 1 };
const article = (title: string, description: string) => ({ title, description, picUrl: 'p', url: 'u' });
const news: Reply = { kind: 'news', ...addressed, articles: [article('one', 'first'), article('two', '')] };

describe('shownText', () => {
  it.each<[string, Reply, string]>([
    ['the content of a text', { kind: 'text', ...addressed, content: ' a\nb ' }, ' a\nb '],
    ['nothing of a picture', { kind: 'image', ...addressed, mediaId: 'm' }, ''],
    ['nothing of a voice', { kind: 'voice', ...addressed, mediaId: 'm' }, ''],
    ['the caption of a video', { kind: 'video', ...addressed, mediaId: 'm', title: 't', description: 'd' }, 't\nd'],
    ['nothing of a video without one', { kind: 'video', ...addressed, mediaId: 'm' }, ''],
    ['the caption of music', { kind: 'music', ...addressed, thumbMediaId: 'm', description: 'd', musicUrl: 'u' }, 'd'],
    ['all articles', news, 'one\nfirst\ntwo'],
    ['nothing of a transfer', { kind: 'transfer_customer_service', ...addressed, kfAccount: 'a@b' }, ''],
  ])('is %s', (_, reply, text) => {
    expect(shownText(reply)).toBe(text);
  });

  it('is the first article only in answer to a message, all in answer to an event', () => {
    expect(shownText(news, 'text')).toBe('one\nfirst');
    expect(shownText(news, 'event')).toBe('one\nfirst\ntwo');
  });
});
