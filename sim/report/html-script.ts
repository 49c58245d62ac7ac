/**
 * The script of report.html: language, colours of the scheme in force, and the charts over time. It runs in a browser
 * after uPlot, reads `#peakday-data` and nothing else, and writes text only as text.
 */
export const reportScript = String.raw`
(function () {
'use strict';
var data = JSON.parse(document.getElementById('peakday-data').textContent);
var root = document.documentElement;
var grid = data.grid;
var endS = grid.startDayS + grid.length * grid.stepDayS;
var plots = [];
var LABEL_PX = 14;

function colour(name) { return getComputedStyle(root).getPropertyValue('--' + name).trim(); }
function words(text) { return root.lang === 'zh' ? text.zh : text.en; }
function fade(hex, alpha) {
  var n = parseInt(hex.length === 4 ? hex.slice(1).replace(/./g, '$&$&') : hex.slice(1), 16);
  return 'rgba(' + (n >> 16) + ',' + ((n >> 8) & 255) + ',' + (n & 255) + ',' + alpha + ')';
}
function two(n) { return (n < 10 ? '0' : '') + n; }
function clock(dayS, withSeconds) {
  var whole = Math.floor(dayS + 1e-6), day = Math.floor(whole / 86400), rest = whole - day * 86400;
  return two(Math.floor(rest / 3600)) + ':' + two(Math.floor(rest / 60) % 60) +
    (withSeconds ? ':' + two(rest % 60) : '') + (day > 0 ? '+' + day + 'd' : '');
}
function trim(v, digits) { return String(Number(v.toFixed(digits))); }
function time(ms) {
  if (ms < 1) return trim(ms, 2) + ' ms';
  if (ms < 1000) return trim(ms, ms < 10 ? 1 : 0) + ' ms';
  if (ms < 60000) return trim(ms / 1000, ms < 10000 ? 2 : 1) + ' s';
  if (ms < 3600000) return trim(ms / 60000, 1) + ' min';
  return trim(ms / 3600000, 1) + ' h';
}
function count(v) { return v >= 100 || v === Math.floor(v) ? Math.round(v).toLocaleString('en-US') : trim(v, 2); }
function shortCount(v) { return v >= 1e6 ? trim(v / 1e6, 1) + 'M' : v >= 10000 ? trim(v / 1e3, 1) + 'k' : count(v); }

function xValues(chart) {
  var xs = [], shift = chart.isAtEnd ? 1 : 0;
  for (var i = 0; i < grid.length; i++) xs.push(grid.startDayS + (i + shift) * grid.stepDayS);
  // A last point closes the last step.
  if (!chart.isAtEnd) xs.push(endS);
  return xs;
}
function closed(chart, series, values) {
  if (chart.isAtEnd) return values;
  return values.concat([series.shape === 'line' ? null : values[values.length - 1]]);
}
/** Heights of stacked areas: each on top of those before it. */
function stacked(chart) {
  var below = [];
  return chart.series.map(function (series) {
    below = series.values.map(function (value, i) { return (value || 0) + (below[i] || 0); });
    return below;
  });
}

/** The whole day, the same for all charts, unless a part was chosen by dragging. */
function xRange(chart, min, max) {
  var first = grid.startDayS + (chart.isAtEnd ? grid.stepDayS : 0);
  var isPart = min !== null && max > min && (min > first || max < endS);
  return isPart ? [min, max] : [grid.startDayS, endS];
}
function yScale(chart) {
  if (chart.scale !== 'log') {
    return { range: function (u, min, max) { return [0, max > 0 ? max * 1.06 : 1]; } };
  }
  return { distr: 3, range: function (u, min, max) {
    if (min === null || max === null || !(max > 0)) return [1, 1000];
    if (chart.hasPromise && data.promiseMs > max && data.promiseMs < max * 20) max = data.promiseMs;
    var low = Math.pow(10, Math.floor(Math.log10(Math.max(min, 0.001)) + 1e-9));
    var high = Math.pow(10, Math.ceil(Math.log10(max * 1.02) - 1e-9));
    return [low, high > low ? high : low * 10];
  } };
}

/** 1, 10, 100 … and their halves and fifths where there are few. */
function decades(u, axis, min, max) {
  var splits = [], steps = max / min > 150 ? [1] : [1, 2, 5];
  for (var power = Math.floor(Math.log10(min) + 1e-9); Math.pow(10, power) <= max * 1.001; power++) {
    steps.forEach(function (step) {
      var value = step * Math.pow(10, power);
      if (value >= min * 0.999 && value <= max * 1.001) splits.push(value);
    });
  }
  return splits;
}

function bandsOf(u, draw) {
  data.marks.forEach(function (mark) {
    var from = Math.max(mark.from, u.scales.x.min), to = Math.min(mark.to, u.scales.x.max);
    if (to < from) return;
    var left = u.valToPos(from, 'x', true), right = u.valToPos(to, 'x', true);
    draw(mark, left, Math.max(right - left, 1.5 * devicePixelRatio));
  });
}
/** Behind the series. */
function shade(u) {
  var ctx = u.ctx, box = u.bbox;
  ctx.save();
  bandsOf(u, function (mark, left, width) {
    var tone = colour('mark-' + mark.type);
    if (mark.type === 'phase') {
      ctx.fillStyle = fade(tone, 0.35);
      ctx.fillRect(left, box.top, devicePixelRatio, box.height);
      ctx.fillRect(left + width, box.top, devicePixelRatio, box.height);
      return;
    }
    ctx.fillStyle = fade(tone, mark.type === 'burst' ? 0.18 : 0.22);
    ctx.fillRect(left, box.top, width, box.height);
  });
  ctx.restore();
}
/** Names above the plot: phases in the top row, the rest in the rows below; what finds no room stays without. */
function nameMarks(u) {
  var ctx = u.ctx, box = u.bbox, px = devicePixelRatio, taken = [[], [], []];
  var order = { error: 0, fault: 1, hook: 2, burst: 3, phase: 4 };
  ctx.save();
  ctx.font = 11 * px + 'px ' + colour('sans');
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  var found = [];
  bandsOf(u, function (mark, left, width) { found.push({ mark: mark, left: left, width: width }); });
  found.sort(function (a, b) { return order[a.mark.type] - order[b.mark.type]; });
  found.forEach(function (item) {
    var name = words(item.mark.name), isPhase = item.mark.type === 'phase';
    if (name.length > 28) name = name.slice(0, 27) + '…';
    var wide = ctx.measureText(name).width;
    if (isPhase && wide > item.width - 6 * px) return;
    var x = Math.min(item.left + 3 * px, box.left + box.width - wide);
    (isPhase ? [0] : [1, 2]).some(function (row) {
      var isFree = taken[row].every(function (span) { return x > span[1] + 6 * px || x + wide < span[0] - 6 * px; });
      if (!isFree) return false;
      taken[row].push([x, x + wide]);
      var y = box.top - (3 - row) * LABEL_PX * px;
      ctx.fillStyle = colour('mark-' + item.mark.type);
      if (!isPhase) {
        ctx.fillRect(item.left, y, px, box.top - y);
        ctx.globalAlpha = 0.55;
        ctx.fillRect(item.left, box.top, px, box.height);
        ctx.globalAlpha = 1;
      }
      ctx.fillText(name, x, y + px);
      return true;
    });
  });
  ctx.restore();
}
function promiseLine(u) {
  var y = u.valToPos(data.promiseMs, 'y', true), box = u.bbox, px = devicePixelRatio;
  if (!(y >= box.top && y <= box.top + box.height)) return;
  var ctx = u.ctx;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour('bad');
  ctx.setLineDash([4 * px, 4 * px]);
  ctx.lineWidth = px;
  ctx.beginPath();
  ctx.moveTo(box.left, y);
  ctx.lineTo(box.left + box.width, y);
  ctx.stroke();
  ctx.font = 11 * px + 'px ' + colour('sans');
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'left';
  ctx.fillText(words(data.promise) + ' ' + time(data.promiseMs), box.left + 4 * px, y - 2 * px);
  ctx.restore();
}

function legendOf(chart, host) {
  host.textContent = '';
  var at = document.createElement('span');
  at.className = 'at';
  var values = chart.series.map(function (series) {
    var item = document.createElement('span'), key = document.createElement('i'), value = document.createElement('b');
    key.style.background = colour(series.colour);
    if (series.shape === 'area') key.className = 'box';
    if (series.isDashed) {
      key.className = 'dashed';
      key.style.background = '';
      key.style.borderColor = colour(series.colour);
    }
    item.appendChild(key);
    item.appendChild(document.createTextNode(words(series.label)));
    item.appendChild(value);
    host.appendChild(item);
    return value;
  });
  host.appendChild(at);
  return function (index) {
    var i = index === null || index === undefined ? null : Math.min(index, grid.length - 1);
    at.textContent = i === null ? '' : clock(grid.startDayS + (i + (chart.isAtEnd ? 1 : 0)) * grid.stepDayS, grid.stepDayS % 60 !== 0 || grid.startDayS % 60 !== 0);
    chart.series.forEach(function (series, s) {
      var value = i === null ? undefined : series.values[i];
      values[s].textContent = value === undefined ? '' : value === null ? '–' : chart.unit === 'ms' ? time(value) : count(value);
    });
  };
}

var INCREMENTS = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400, 172800, 604800];

function draw(chart, figure) {
  var host = figure.querySelector('.plot');
  host.textContent = '';
  var tell = legendOf(chart, figure.querySelector('.legend'));
  var heights = chart.isStacked ? stacked(chart) : chart.series.map(function (series) { return series.values; });
  var order = chart.series.map(function (series, s) { return s; });
  // The highest of a stack is drawn first, the lower ones over it.
  if (chart.isStacked) order.reverse();
  var stepped = uPlot.paths.stepped({ align: 1 });
  var axis = {
    stroke: colour('muted'), font: '11px ' + colour('sans'),
    grid: { stroke: colour('line'), width: 1 }, ticks: { stroke: colour('line'), width: 1, size: 4 }
  };
  var hooks = [nameMarks];
  if (chart.hasPromise) hooks.push(promiseLine);
  var options = {
    width: host.clientWidth, height: 226,
    padding: [LABEL_PX * 3 + 4, 26, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: 'day', setSeries: false }, y: false, points: { size: 6 }, drag: { x: true, y: false } },
    select: { show: true },
    scales: {
      x: { time: false, range: function (u, min, max) { return xRange(chart, min, max); } },
      y: yScale(chart)
    },
    axes: [
      Object.assign({ incrs: INCREMENTS, space: 56, size: 30, values: function (u, splits, i, space, step) {
        return splits.map(function (v) { return v === 86400 && endS === 86400 ? '24:00' : clock(v, step < 60); });
      } }, axis),
      Object.assign({ size: 58, splits: chart.scale === 'log' ? decades : undefined, values: function (u, splits) {
        return splits.map(function (v) { return v === null ? '' : chart.unit === 'ms' ? time(v) : shortCount(v); });
      } }, axis)
    ],
    series: [{}].concat(order.map(function (s) {
      var series = chart.series[s], tone = colour(series.colour), isArea = series.shape === 'area';
      var line = { label: words(series.label), stroke: tone, width: !isArea ? 1.5 : chart.isAtEnd ? 1 : 0, points: { size: 4, fill: tone } };
      if (isArea) line.fill = chart.isStacked ? tone : fade(tone, chart.isAtEnd ? 0.35 : 0.65);
      if (series.isDashed) {
        line.dash = [6, 4];
        line.points = { show: false };
      }
      if (series.shape !== 'line' && !chart.isAtEnd) line.paths = stepped;
      if (series.shape !== 'line') line.points = { show: false };
      return line;
    })),
    hooks: { drawClear: [shade], draw: hooks, setCursor: [function (u) { tell(u.cursor.idx); }] }
  };
  var columns = order.map(function (s) { return closed(chart, chart.series[s], heights[s]); });
  var plot = new uPlot(options, [xValues(chart)].concat(columns), host);
  plots.push({ plot: plot, host: host });
}

function drawAll() {
  plots.forEach(function (each) { each.plot.destroy(); });
  plots = [];
  data.charts.forEach(function (chart) {
    var figure = document.querySelector('[data-chart="' + chart.id + '"]');
    if (figure) draw(chart, figure);
  });
}
function fitAll() {
  plots.forEach(function (each) {
    var width = each.host.clientWidth;
    if (width > 0 && width !== each.plot.width) each.plot.setSize({ width: width, height: 226 });
  });
}
function speak(language) {
  root.lang = language;
  drawAll();
}

var asked = /[?&]lang=(zh|en)\b/.exec(location.search);
var button = document.getElementById('language');
button.hidden = false;
button.addEventListener('click', function () { speak(root.lang === 'zh' ? 'en' : 'zh'); });
Array.prototype.forEach.call(document.querySelectorAll('.hint'), function (hint) { hint.hidden = false; });
root.lang = asked ? asked[1] : /^zh\b/i.test(navigator.language) ? 'zh' : 'en';
drawAll();

var pending = 0;
addEventListener('resize', function () {
  cancelAnimationFrame(pending);
  pending = requestAnimationFrame(fitAll);
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
// Paper is white, whatever the screen is.
addEventListener('beforeprint', function () {
  root.setAttribute('data-print', '');
  drawAll();
  plots.forEach(function (each) { each.plot.setSize({ width: 660, height: 210 }); });
});
addEventListener('afterprint', function () {
  root.removeAttribute('data-print');
  drawAll();
});
})();
`;
