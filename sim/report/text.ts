/** Every label of the HTML report in both languages. What a user wrote (names, titles, notes) is shown as written. */
import { whyText } from '../gate/set-aside.js';

export interface Text {
  readonly en: string;
  readonly zh: string;
}

export function text(en: string, zh: string): Text {
  return { en, zh };
}

/** The same in both: a name, a number. */
export function asWritten(words: string): Text {
  return { en: words, zh: words };
}

export const outcomeText = {
  answered: text('answered', '按时答对'),
  late: text('late', '迟到'),
  wrong: text('wrong', '答错'),
  misaddressed: text('misaddressed', '答给别人'),
  dropped: text('dropped', '无回复'),
  unsent: text('unsent', '未发出'),
} as const;

export const outcomeMeaning = {
  answered: text('right, and within the promise', '答对，且在承诺时限内'),
  late: text('right, but after the promise', '答对，但超出承诺时限'),
  wrong: text('a reply was shown that is not the right one', '粉丝看到了不对的回复'),
  misaddressed: text('someone else’s reply was shown', '粉丝看到了给别人的回复'),
  dropped: text('nothing was shown', '粉丝什么也没看到'),
  unsent: text('the load generator’s own failure', '发压端自身没能发出'),
} as const;

export const causeText = {
  timeout: text('timeout', '超时'),
  refused: text('connection refused', '拒绝连接'),
  reset: text('connection reset', '连接被重置'),
  status: text('HTTP error status', 'HTTP 错误状态'),
  malformed: text('malformed reply', '回复格式错误'),
  blocked: text('blocked by the platform', '被平台屏蔽'),
  evicted: text('evicted from the inbox', '被挤出收件箱'),
  unanswered: text('never answered', '一直无人答复'),
  limit: text('no free connection', '没有空闲连接'),
  interrupted: text('run interrupted', '运行被中断'),
} as const;

export const latencyText = {
  response: text('response', '响应时间'),
  shown: text('shown', '已显示的响应'),
  service: text('service', '服务时间'),
  sendLag: text('send lag', '发送滞后'),
  firstPost: text('by the first post', '首次投递'),
  retried: text('posted again', '重投之后'),
} as const;

export const latencyMeaning = {
  response: text('intended send → end; dropped counts as never', '计划发送 → 结束；无回复计为“永不”'),
  shown: text('the same, of those that were shown something', '同上，仅限看到了回复的'),
  service: text('last post → reply', '最后一次投递 → 回复'),
  sendLag: text('intended send → first post: the generator’s own lateness', '计划发送 → 首次投递：发压端自身的延误'),
  firstPost: text('response of those settled by their first post', '首次投递即了结的响应时间'),
  retried: text('response of those that needed more than one', '需要重投的响应时间'),
} as const;

export const statusText = {
  pass: text('Pass', '通过'),
  fail: text('Fail', '未通过'),
  invalid: text('Invalid', '无效'),
  interrupted: text('Interrupted', '已中断'),
} as const;

export const instrumentText = {
  VALID: text('VALID', '可信'),
  SUSPECT: text('SUSPECT', '存疑'),
  INVALID: text('INVALID', '不可信'),
} as const;

export const markText = {
  fault: text('fault', '故障'),
  burst: text('burst', '突发'),
  phase: text('phase', '阶段'),
  hook: text('hook', '钩子'),
} as const;

export const setAsideText = {
  target: text(whyText.target, '所问的故障不会在他人的系统上执行'),
  window: text(whyText.window, '所问的部分不在执行的时段内'),
} as const;

export const label = {
  never: text('never', '永不'),
  none: text('none', '无'),
  language: text('中文', 'English'),
  verdict: text('Verdict', '结论'),
  gates: text('Gates', '门限'),
  gate: text('gate', '门限'),
  observed: text('observed', '实测'),
  result: text('result', '结果'),
  held: text('held', '达标'),
  failed: text('failed', '未达标'),
  notJudged: text('not judged', '不作评判'),
  noGates: text('The scenario declares no gates.', '该场景没有声明门限。'),
  ends: text('How every message ended', '每条消息的结局'),
  end: text('end', '结局'),
  messages: text('messages', '消息数'),
  share: text('share', '占比'),
  meaning: text('meaning', '含义'),
  ofThese: text('of these', '其中'),
  planned: text('planned', '计划'),
  sent: text('sent', '实发'),
  retries: text('posted again', '重投'),
  reactive: text('reactive', '追加'),
  posts: text('posts', '投递次数'),
  duplicates: text('answered more than once', '重复答复'),
  corrected: text('corrected', '已更正'),
  failedPosts: text('failed posts', '失败的投递'),
  notices: text('failure notice shown', '看到“暂时无法提供服务”'),
  malformed: text('Malformed replies, as received', '格式错误的回复（原文）'),
  groups: text('By intent and by part of the traffic', '按意图与流量部分'),
  intent: text('intent', '意图'),
  part: text('part', '部分'),
  hooks: text('Hooks', '钩子'),
  ended: text('end', '结束'),
  allNever: text(
    'Never, over the whole span: too many messages got no reply for any percentile to have a number.',
    '全程“永不”：没有回复的消息太多，任何百分位都没有数值。',
  ),
  latency: text('How long fans waited', '粉丝等了多久'),
  measure: text('measure', '指标'),
  count: text('count', '数量'),
  mean: text('mean', '平均'),
  max: text('max', '最大'),
  overTime: text('Over the day', '一天的经过'),
  time: text('time', '时刻'),
  rate: text('Arrivals: planned and sent', '到达：计划与实发'),
  response: text('Response time', '响应时间'),
  endsOverTime: text('Ends', '结局'),
  troubles: text('Everything but answered', '除按时答对之外'),
  backlog: text('Backlog', '积压'),
  waiting: text('due, not settled', '已到时、未了结'),
  sendLag: text('Send lag of the generator', '发压端的发送滞后'),
  promise: text('promise', '承诺时限'),
  errorWindow: text('wrong replies', '错误回复'),
  distribution: text('Distribution of response times', '响应时间分布'),
  dataTable: text('Data table', '数据表'),
  perSecond: text('messages a second of the run', '运行时间内每秒消息数'),
  milliseconds: text('milliseconds, logarithmic', '毫秒，对数坐标'),
  messagesAxis: text('messages', '消息数'),
  distributionRetried: text(
    'messages; bar height by the square root; the dark part of a bar: posted again',
    '消息数；柱高按平方根；深色部分为重投之后的消息',
  ),
  fullestSecond: text('planned, fullest second', '计划，最忙的一秒'),
  p99Retried: text('p99 of those posted again', '重投之后的 p99'),
  distributionAxis: text('messages; bar height by the square root', '消息数；柱高按平方根'),
  outages: text('Outages', '服务中断'),
  noAnswer: text('no answer', '无响应'),
  neverBack: text('not within the run', '运行内未恢复'),
  mostly: text('mostly', '主要原因'),
  errorWindows: text('Error windows', '出错时段'),
  noErrorWindows: text('No span with wrong replies was found.', '没有发现出现错误回复的时段。'),
  from: text('from', '起'),
  to: text('to', '止'),
  fans: text('fans', '粉丝'),
  shareOfReplies: text('of replies shown', '占显示的回复'),
  allCorrected: text('all corrected', '全部更正'),
  affected: text('Who was affected', '受影响的粉丝名单'),
  recovery: text('Recovery', '恢复'),
  after: text('after', '事件'),
  kind: text('kind', '类型'),
  start: text('start', '开始'),
  lasted: text('lasted', '持续'),
  recoveredIn: text('recovered in', '恢复用时'),
  notRecovered: text('not within the run', '运行内未恢复'),
  noRecovery: text('No fault and no appointed burst to recover from.', '没有需要恢复的故障或定时突发。'),
  drained: text('drained in', '消化用时'),
  evicted: text('evicted unread', '未读即被挤出'),
  peak: text('peak', '峰值'),
  instrument: text('The instrument', '发压端自检'),
  instrumentNote: text(
    'Could the load generator do what the scenario asked? If not, nothing above describes the target.',
    '发压端是否做到了场景所要求的？若没有，以上数字便不能说明被测系统。',
  ),
  status: text('status', '状态'),
  reasons: text('reasons', '原因'),
  achieved: text('achieved / planned rate', '实发 / 计划速率'),
  sendLagP99: text('send lag p99', '发送滞后 p99'),
  loopUtilisation: text('busiest thread', '最忙线程'),
  threads: text('threads', '线程'),
  connections: text('connections (opened before the start)', '连接数（开始前已建立）'),
  audit: text('ledger', '账目'),
  auditClosed: text('closes: every message has exactly one end', '平衡：每条消息恰有一个结局'),
  auditOpen: text('does NOT close', '不平衡'),
  scenario: text('Scenario', '场景'),
  facts: text('Known', '已知事实'),
  assumptions: text('Assumed', '假设'),
  because: text('because', '理由'),
  environment: text('Environment', '运行环境'),
  definitions: text('Definitions', '名词解释'),
  notes: text('Notes', '备注'),
  seed: text('seed', '随机种子'),
  speed: text('speed', '速度'),
  window: text('window', '时间窗'),
  wholeDay: text('the whole', '全程'),
  plan: text('plan', '计划摘要'),
  target: text('target', '被测系统'),
  referenceServer: text('the reference server', '参考回复服务器'),
  plainQueue: text('a plain queue', '单纯排队模型'),
  started: text('started', '开始时间'),
  duration: text('duration', '运行时长'),
  exitCode: text('exit code', '退出码'),
  achievedPeak: text('peak rate sent', '实发峰值'),
  wronglyAnswered: text('answered wrongly', '答错'),
  noScript: text(
    'The charts need JavaScript; the tables hold the same figures.',
    '图表需要 JavaScript；表格中有同样的数据。',
  ),
  runTime: text('Durations are of the run; times of day are of the scenario.', '时长按运行时间，时刻按场景时间。'),
  zoom: text('Drag to zoom, double-click to reset.', '拖动可放大，双击还原。'),
  run: text('load test', '压测'),
  simulate: text('simulation in virtual time', '虚拟时间仿真'),
} as const satisfies Record<string, Text>;

export const definitions: readonly { readonly word: Text; readonly means: Text }[] = [
  {
    word: text('response time', '响应时间'),
    means: text(
      'from the intended send time to the end. A slow target cannot hide behind a waiting generator. Dropped messages count as never.',
      '从计划发送时刻到结局。慢的系统无法借发压端的等待掩盖自己。无回复的消息计为“永不”。',
    ),
  },
  {
    word: text('service time', '服务时间'),
    means: text('from the last post to its reply.', '从最后一次投递到它的回复。'),
  },
  {
    word: text('send lag', '发送滞后'),
    means: text(
      'from the intended send time to the first post: the generator’s fault, never the target’s.',
      '从计划发送时刻到首次投递：责任在发压端，不在被测系统。',
    ),
  },
  {
    word: text('percentile', '百分位'),
    means: text(
      'p99: 99 of 100 messages took this long or less, by nearest rank.',
      'p99：100 条消息中有 99 条不超过此值（最近秩）。',
    ),
  },
  {
    word: text('backlog', '积压'),
    means: text('messages due and not settled, wherever they wait.', '已到发送时刻而未了结的消息，无论在哪里等待。'),
  },
  {
    word: text('drain time', '消化用时'),
    means: text('from the peak of the backlog until it is back at its level before.', '从积压峰值到回落至此前水平。'),
  },
  {
    word: text('recovery', '恢复'),
    means: text(
      'from the end of an event until backlog and response time are back, and stay back.',
      '从事件结束到积压与响应时间双双回落并保持。',
    ),
  },
  {
    word: text('error window', '出错时段'),
    means: text('a span in which replies were wrong or went to someone else.', '出现错误回复或把回复发给别人的时段。'),
  },
  {
    word: text('outage', '服务中断'),
    means: text(
      'a span in which nothing came back from the target and messages were dropped for it.',
      '被测系统毫无答复、并因此有消息得不到回复的时段。',
    ),
  },
  {
    word: text('reactive', '追加'),
    means: text(
      'messages sent in reaction to a reply or its absence: not in the plan, but in every share and percentile; where they are more than 1 % of a gate’s messages, it says what the planned alone came to.',
      '因回复或没有回复而再发的消息：不在计划内，但计入各项占比与百分位；若超过某项门限所涉消息的 1 %，该门限另列仅计划内消息的结果。',
    ),
  },
  {
    word: text('failure notice', '失败提示'),
    means: text(
      'what the platform shows a fan when the last post of a message has failed: 「该公众号暂时无法提供服务，请稍后再试」.',
      '一条消息的最后一次投递也失败时，平台显示给粉丝的「该公众号暂时无法提供服务，请稍后再试」。',
    ),
  },
  {
    word: text('speed', '速度'),
    means: text(
      'how many times faster the world runs. Waiting times are real; only the day is compressed.',
      '世界快进的倍数。等待时间是真实的，压缩的只是这一天。',
    ),
  },
];

/** What the scenario itself did to the target at that time. */
export function whileFault(name: string): Text {
  return text(`while the scenario’s fault “${name}” held`, `发生在场景自身的故障“${name}”期间`);
}
