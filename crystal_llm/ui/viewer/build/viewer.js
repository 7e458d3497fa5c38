const hn = { ROTATE: 0, DOLLY: 1, PAN: 2 }, Kn = { ROTATE: 0, PAN: 1, DOLLY_PAN: 2, DOLLY_ROTATE: 3 }, Uu = 0, qa = 1, Fu = 2, bh = 1, Hu = 2, ts = 3, cs = 0, It = 1, dn = 2, wh = 1, Tn = 0, Si = 1, Xa = 2, Ya = 3, Za = 4, Vu = 5, yi = 100, Gu = 101, Wu = 102, $a = 103, Ja = 104, ju = 200, qu = 201, Xu = 202, Yu = 203, Mh = 204, Sh = 205, Zu = 206, $u = 207, Ju = 208, Ku = 209, Qu = 210, ed = 0, td = 1, nd = 2, Xo = 3, id = 4, sd = 5, rd = 6, od = 7, Lr = 0, ad = 1, ld = 2, un = 0, cd = 1, hd = 2, ud = 3, dd = 4, fd = 5, Eh = 300, Ri = 301, Pi = 302, Yo = 303, Zo = 304, Rr = 306, $o = 1e3, Ht = 1001, Jo = 1002, pt = 1003, Ka = 1004, Qa = 1005, St = 1006, pd = 1007, Pr = 1008, Wn = 1009, md = 1010, gd = 1011, hs = 1012, yd = 1013, mr = 1014, Un = 1015, Ei = 1016, vd = 1017, xd = 1018, Ti = 1020, _d = 1021, bd = 1022, Vt = 1023, wd = 1024, Md = 1025, Hn = 1026, Ii = 1027, Sd = 1028, Ed = 1029, Td = 1030, Ad = 1031, Cd = 1033, qr = 33776, Xr = 33777, Yr = 33778, Zr = 33779, el = 35840, tl = 35841, nl = 35842, il = 35843, Ld = 36196, sl = 37492, rl = 37496, ol = 37808, al = 37809, ll = 37810, cl = 37811, hl = 37812, ul = 37813, dl = 37814, fl = 37815, pl = 37816, ml = 37817, gl = 37818, yl = 37819, vl = 37820, xl = 37821, _l = 36492, Rd = 2200, Pd = 2201, Id = 2202, br = 2300, wr = 2301, $r = 2302, _i = 2400, bi = 2401, Mr = 2402, pa = 2500, Th = 2501, Dd = 0, fn = 3e3, et = 3001, Nd = 3200, Od = 3201, zi = 0, zd = 1, cn = "srgb", Fn = "srgb-linear", Jr = 7680, Bd = 519, us = 35044, Sr = 35048, bl = "300 es", Ko = 1035;
class pn {
  addEventListener(e, t) {
    this._listeners === void 0 && (this._listeners = {});
    const n = this._listeners;
    n[e] === void 0 && (n[e] = []), n[e].indexOf(t) === -1 && n[e].push(t);
  }
  hasEventListener(e, t) {
    if (this._listeners === void 0) return !1;
    const n = this._listeners;
    return n[e] !== void 0 && n[e].indexOf(t) !== -1;
  }
  removeEventListener(e, t) {
    if (this._listeners === void 0) return;
    const i = this._listeners[e];
    if (i !== void 0) {
      const s = i.indexOf(t);
      s !== -1 && i.splice(s, 1);
    }
  }
  dispatchEvent(e) {
    if (this._listeners === void 0) return;
    const n = this._listeners[e.type];
    if (n !== void 0) {
      e.target = this;
      const i = n.slice(0);
      for (let s = 0, o = i.length; s < o; s++)
        i[s].call(this, e);
      e.target = null;
    }
  }
}
const yt = [];
for (let r = 0; r < 256; r++)
  yt[r] = (r < 16 ? "0" : "") + r.toString(16);
const gr = Math.PI / 180, Qo = 180 / Math.PI;
function Kt() {
  const r = Math.random() * 4294967295 | 0, e = Math.random() * 4294967295 | 0, t = Math.random() * 4294967295 | 0, n = Math.random() * 4294967295 | 0;
  return (yt[r & 255] + yt[r >> 8 & 255] + yt[r >> 16 & 255] + yt[r >> 24 & 255] + "-" + yt[e & 255] + yt[e >> 8 & 255] + "-" + yt[e >> 16 & 15 | 64] + yt[e >> 24 & 255] + "-" + yt[t & 63 | 128] + yt[t >> 8 & 255] + "-" + yt[t >> 16 & 255] + yt[t >> 24 & 255] + yt[n & 255] + yt[n >> 8 & 255] + yt[n >> 16 & 255] + yt[n >> 24 & 255]).toLowerCase();
}
function mt(r, e, t) {
  return Math.max(e, Math.min(t, r));
}
function kd(r, e) {
  return (r % e + e) % e;
}
function Kr(r, e, t) {
  return (1 - t) * r + t * e;
}
function wl(r) {
  return (r & r - 1) === 0 && r !== 0;
}
function ea(r) {
  return Math.pow(2, Math.floor(Math.log(r) / Math.LN2));
}
class K {
  constructor(e = 0, t = 0) {
    this.x = e, this.y = t;
  }
  get width() {
    return this.x;
  }
  set width(e) {
    this.x = e;
  }
  get height() {
    return this.y;
  }
  set height(e) {
    this.y = e;
  }
  set(e, t) {
    return this.x = e, this.y = t, this;
  }
  setScalar(e) {
    return this.x = e, this.y = e, this;
  }
  setX(e) {
    return this.x = e, this;
  }
  setY(e) {
    return this.y = e, this;
  }
  setComponent(e, t) {
    switch (e) {
      case 0:
        this.x = t;
        break;
      case 1:
        this.y = t;
        break;
      default:
        throw new Error("index is out of range: " + e);
    }
    return this;
  }
  getComponent(e) {
    switch (e) {
      case 0:
        return this.x;
      case 1:
        return this.y;
      default:
        throw new Error("index is out of range: " + e);
    }
  }
  clone() {
    return new this.constructor(this.x, this.y);
  }
  copy(e) {
    return this.x = e.x, this.y = e.y, this;
  }
  add(e, t) {
    return t !== void 0 ? (console.warn("THREE.Vector2: .add() now only accepts one argument. Use .addVectors( a, b ) instead."), this.addVectors(e, t)) : (this.x += e.x, this.y += e.y, this);
  }
  addScalar(e) {
    return this.x += e, this.y += e, this;
  }
  addVectors(e, t) {
    return this.x = e.x + t.x, this.y = e.y + t.y, this;
  }
  addScaledVector(e, t) {
    return this.x += e.x * t, this.y += e.y * t, this;
  }
  sub(e, t) {
    return t !== void 0 ? (console.warn("THREE.Vector2: .sub() now only accepts one argument. Use .subVectors( a, b ) instead."), this.subVectors(e, t)) : (this.x -= e.x, this.y -= e.y, this);
  }
  subScalar(e) {
    return this.x -= e, this.y -= e, this;
  }
  subVectors(e, t) {
    return this.x = e.x - t.x, this.y = e.y - t.y, this;
  }
  multiply(e) {
    return this.x *= e.x, this.y *= e.y, this;
  }
  multiplyScalar(e) {
    return this.x *= e, this.y *= e, this;
  }
  divide(e) {
    return this.x /= e.x, this.y /= e.y, this;
  }
  divideScalar(e) {
    return this.multiplyScalar(1 / e);
  }
  applyMatrix3(e) {
    const t = this.x, n = this.y, i = e.elements;
    return this.x = i[0] * t + i[3] * n + i[6], this.y = i[1] * t + i[4] * n + i[7], this;
  }
  min(e) {
    return this.x = Math.min(this.x, e.x), this.y = Math.min(this.y, e.y), this;
  }
  max(e) {
    return this.x = Math.max(this.x, e.x), this.y = Math.max(this.y, e.y), this;
  }
  clamp(e, t) {
    return this.x = Math.max(e.x, Math.min(t.x, this.x)), this.y = Math.max(e.y, Math.min(t.y, this.y)), this;
  }
  clampScalar(e, t) {
    return this.x = Math.max(e, Math.min(t, this.x)), this.y = Math.max(e, Math.min(t, this.y)), this;
  }
  clampLength(e, t) {
    const n = this.length();
    return this.divideScalar(n || 1).multiplyScalar(Math.max(e, Math.min(t, n)));
  }
  floor() {
    return this.x = Math.floor(this.x), this.y = Math.floor(this.y), this;
  }
  ceil() {
    return this.x = Math.ceil(this.x), this.y = Math.ceil(this.y), this;
  }
  round() {
    return this.x = Math.round(this.x), this.y = Math.round(this.y), this;
  }
  roundToZero() {
    return this.x = this.x < 0 ? Math.ceil(this.x) : Math.floor(this.x), this.y = this.y < 0 ? Math.ceil(this.y) : Math.floor(this.y), this;
  }
  negate() {
    return this.x = -this.x, this.y = -this.y, this;
  }
  dot(e) {
    return this.x * e.x + this.y * e.y;
  }
  cross(e) {
    return this.x * e.y - this.y * e.x;
  }
  lengthSq() {
    return this.x * this.x + this.y * this.y;
  }
  length() {
    return Math.sqrt(this.x * this.x + this.y * this.y);
  }
  manhattanLength() {
    return Math.abs(this.x) + Math.abs(this.y);
  }
  normalize() {
    return this.divideScalar(this.length() || 1);
  }
  angle() {
    return Math.atan2(-this.y, -this.x) + Math.PI;
  }
  distanceTo(e) {
    return Math.sqrt(this.distanceToSquared(e));
  }
  distanceToSquared(e) {
    const t = this.x - e.x, n = this.y - e.y;
    return t * t + n * n;
  }
  manhattanDistanceTo(e) {
    return Math.abs(this.x - e.x) + Math.abs(this.y - e.y);
  }
  setLength(e) {
    return this.normalize().multiplyScalar(e);
  }
  lerp(e, t) {
    return this.x += (e.x - this.x) * t, this.y += (e.y - this.y) * t, this;
  }
  lerpVectors(e, t, n) {
    return this.x = e.x + (t.x - e.x) * n, this.y = e.y + (t.y - e.y) * n, this;
  }
  equals(e) {
    return e.x === this.x && e.y === this.y;
  }
  fromArray(e, t = 0) {
    return this.x = e[t], this.y = e[t + 1], this;
  }
  toArray(e = [], t = 0) {
    return e[t] = this.x, e[t + 1] = this.y, e;
  }
  fromBufferAttribute(e, t, n) {
    return n !== void 0 && console.warn("THREE.Vector2: offset has been removed from .fromBufferAttribute()."), this.x = e.getX(t), this.y = e.getY(t), this;
  }
  rotateAround(e, t) {
    const n = Math.cos(t), i = Math.sin(t), s = this.x - e.x, o = this.y - e.y;
    return this.x = s * n - o * i + e.x, this.y = s * i + o * n + e.y, this;
  }
  random() {
    return this.x = Math.random(), this.y = Math.random(), this;
  }
  *[Symbol.iterator]() {
    yield this.x, yield this.y;
  }
}
K.prototype.isVector2 = !0;
class ut {
  constructor() {
    this.elements = [
      1,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      1
    ], arguments.length > 0 && console.error("THREE.Matrix3: the constructor no longer reads arguments. use .set() instead.");
  }
  set(e, t, n, i, s, o, a, l, c) {
    const h = this.elements;
    return h[0] = e, h[1] = i, h[2] = a, h[3] = t, h[4] = s, h[5] = l, h[6] = n, h[7] = o, h[8] = c, this;
  }
  identity() {
    return this.set(
      1,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      1
    ), this;
  }
  copy(e) {
    const t = this.elements, n = e.elements;
    return t[0] = n[0], t[1] = n[1], t[2] = n[2], t[3] = n[3], t[4] = n[4], t[5] = n[5], t[6] = n[6], t[7] = n[7], t[8] = n[8], this;
  }
  extractBasis(e, t, n) {
    return e.setFromMatrix3Column(this, 0), t.setFromMatrix3Column(this, 1), n.setFromMatrix3Column(this, 2), this;
  }
  setFromMatrix4(e) {
    const t = e.elements;
    return this.set(
      t[0],
      t[4],
      t[8],
      t[1],
      t[5],
      t[9],
      t[2],
      t[6],
      t[10]
    ), this;
  }
  multiply(e) {
    return this.multiplyMatrices(this, e);
  }
  premultiply(e) {
    return this.multiplyMatrices(e, this);
  }
  multiplyMatrices(e, t) {
    const n = e.elements, i = t.elements, s = this.elements, o = n[0], a = n[3], l = n[6], c = n[1], h = n[4], u = n[7], d = n[2], f = n[5], g = n[8], p = i[0], m = i[3], y = i[6], _ = i[1], S = i[4], w = i[7], x = i[2], L = i[5], D = i[8];
    return s[0] = o * p + a * _ + l * x, s[3] = o * m + a * S + l * L, s[6] = o * y + a * w + l * D, s[1] = c * p + h * _ + u * x, s[4] = c * m + h * S + u * L, s[7] = c * y + h * w + u * D, s[2] = d * p + f * _ + g * x, s[5] = d * m + f * S + g * L, s[8] = d * y + f * w + g * D, this;
  }
  multiplyScalar(e) {
    const t = this.elements;
    return t[0] *= e, t[3] *= e, t[6] *= e, t[1] *= e, t[4] *= e, t[7] *= e, t[2] *= e, t[5] *= e, t[8] *= e, this;
  }
  determinant() {
    const e = this.elements, t = e[0], n = e[1], i = e[2], s = e[3], o = e[4], a = e[5], l = e[6], c = e[7], h = e[8];
    return t * o * h - t * a * c - n * s * h + n * a * l + i * s * c - i * o * l;
  }
  invert() {
    const e = this.elements, t = e[0], n = e[1], i = e[2], s = e[3], o = e[4], a = e[5], l = e[6], c = e[7], h = e[8], u = h * o - a * c, d = a * l - h * s, f = c * s - o * l, g = t * u + n * d + i * f;
    if (g === 0) return this.set(0, 0, 0, 0, 0, 0, 0, 0, 0);
    const p = 1 / g;
    return e[0] = u * p, e[1] = (i * c - h * n) * p, e[2] = (a * n - i * o) * p, e[3] = d * p, e[4] = (h * t - i * l) * p, e[5] = (i * s - a * t) * p, e[6] = f * p, e[7] = (n * l - c * t) * p, e[8] = (o * t - n * s) * p, this;
  }
  transpose() {
    let e;
    const t = this.elements;
    return e = t[1], t[1] = t[3], t[3] = e, e = t[2], t[2] = t[6], t[6] = e, e = t[5], t[5] = t[7], t[7] = e, this;
  }
  getNormalMatrix(e) {
    return this.setFromMatrix4(e).invert().transpose();
  }
  transposeIntoArray(e) {
    const t = this.elements;
    return e[0] = t[0], e[1] = t[3], e[2] = t[6], e[3] = t[1], e[4] = t[4], e[5] = t[7], e[6] = t[2], e[7] = t[5], e[8] = t[8], this;
  }
  setUvTransform(e, t, n, i, s, o, a) {
    const l = Math.cos(s), c = Math.sin(s);
    return this.set(
      n * l,
      n * c,
      -n * (l * o + c * a) + o + e,
      -i * c,
      i * l,
      -i * (-c * o + l * a) + a + t,
      0,
      0,
      1
    ), this;
  }
  scale(e, t) {
    const n = this.elements;
    return n[0] *= e, n[3] *= e, n[6] *= e, n[1] *= t, n[4] *= t, n[7] *= t, this;
  }
  rotate(e) {
    const t = Math.cos(e), n = Math.sin(e), i = this.elements, s = i[0], o = i[3], a = i[6], l = i[1], c = i[4], h = i[7];
    return i[0] = t * s + n * l, i[3] = t * o + n * c, i[6] = t * a + n * h, i[1] = -n * s + t * l, i[4] = -n * o + t * c, i[7] = -n * a + t * h, this;
  }
  translate(e, t) {
    const n = this.elements;
    return n[0] += e * n[2], n[3] += e * n[5], n[6] += e * n[8], n[1] += t * n[2], n[4] += t * n[5], n[7] += t * n[8], this;
  }
  equals(e) {
    const t = this.elements, n = e.elements;
    for (let i = 0; i < 9; i++)
      if (t[i] !== n[i]) return !1;
    return !0;
  }
  fromArray(e, t = 0) {
    for (let n = 0; n < 9; n++)
      this.elements[n] = e[n + t];
    return this;
  }
  toArray(e = [], t = 0) {
    const n = this.elements;
    return e[t] = n[0], e[t + 1] = n[1], e[t + 2] = n[2], e[t + 3] = n[3], e[t + 4] = n[4], e[t + 5] = n[5], e[t + 6] = n[6], e[t + 7] = n[7], e[t + 8] = n[8], e;
  }
  clone() {
    return new this.constructor().fromArray(this.elements);
  }
}
ut.prototype.isMatrix3 = !0;
function Ah(r) {
  for (let e = r.length - 1; e >= 0; --e)
    if (r[e] > 65535) return !0;
  return !1;
}
function ds(r) {
  return document.createElementNS("http://www.w3.org/1999/xhtml", r);
}
function Vn(r) {
  return r < 0.04045 ? r * 0.0773993808 : Math.pow(r * 0.9478672986 + 0.0521327014, 2.4);
}
function yr(r) {
  return r < 31308e-7 ? r * 12.92 : 1.055 * Math.pow(r, 0.41666) - 0.055;
}
const Qr = {
  [cn]: { [Fn]: Vn },
  [Fn]: { [cn]: yr }
}, zt = {
  legacyMode: !0,
  get workingColorSpace() {
    return Fn;
  },
  set workingColorSpace(r) {
    console.warn("THREE.ColorManagement: .workingColorSpace is readonly.");
  },
  convert: function(r, e, t) {
    if (this.legacyMode || e === t || !e || !t)
      return r;
    if (Qr[e] && Qr[e][t] !== void 0) {
      const n = Qr[e][t];
      return r.r = n(r.r), r.g = n(r.g), r.b = n(r.b), r;
    }
    throw new Error("Unsupported color space conversion.");
  },
  fromWorkingColorSpace: function(r, e) {
    return this.convert(r, this.workingColorSpace, e);
  },
  toWorkingColorSpace: function(r, e) {
    return this.convert(r, e, this.workingColorSpace);
  }
}, Ch = {
  aliceblue: 15792383,
  antiquewhite: 16444375,
  aqua: 65535,
  aquamarine: 8388564,
  azure: 15794175,
  beige: 16119260,
  bisque: 16770244,
  black: 0,
  blanchedalmond: 16772045,
  blue: 255,
  blueviolet: 9055202,
  brown: 10824234,
  burlywood: 14596231,
  cadetblue: 6266528,
  chartreuse: 8388352,
  chocolate: 13789470,
  coral: 16744272,
  cornflowerblue: 6591981,
  cornsilk: 16775388,
  crimson: 14423100,
  cyan: 65535,
  darkblue: 139,
  darkcyan: 35723,
  darkgoldenrod: 12092939,
  darkgray: 11119017,
  darkgreen: 25600,
  darkgrey: 11119017,
  darkkhaki: 12433259,
  darkmagenta: 9109643,
  darkolivegreen: 5597999,
  darkorange: 16747520,
  darkorchid: 10040012,
  darkred: 9109504,
  darksalmon: 15308410,
  darkseagreen: 9419919,
  darkslateblue: 4734347,
  darkslategray: 3100495,
  darkslategrey: 3100495,
  darkturquoise: 52945,
  darkviolet: 9699539,
  deeppink: 16716947,
  deepskyblue: 49151,
  dimgray: 6908265,
  dimgrey: 6908265,
  dodgerblue: 2003199,
  firebrick: 11674146,
  floralwhite: 16775920,
  forestgreen: 2263842,
  fuchsia: 16711935,
  gainsboro: 14474460,
  ghostwhite: 16316671,
  gold: 16766720,
  goldenrod: 14329120,
  gray: 8421504,
  green: 32768,
  greenyellow: 11403055,
  grey: 8421504,
  honeydew: 15794160,
  hotpink: 16738740,
  indianred: 13458524,
  indigo: 4915330,
  ivory: 16777200,
  khaki: 15787660,
  lavender: 15132410,
  lavenderblush: 16773365,
  lawngreen: 8190976,
  lemonchiffon: 16775885,
  lightblue: 11393254,
  lightcoral: 15761536,
  lightcyan: 14745599,
  lightgoldenrodyellow: 16448210,
  lightgray: 13882323,
  lightgreen: 9498256,
  lightgrey: 13882323,
  lightpink: 16758465,
  lightsalmon: 16752762,
  lightseagreen: 2142890,
  lightskyblue: 8900346,
  lightslategray: 7833753,
  lightslategrey: 7833753,
  lightsteelblue: 11584734,
  lightyellow: 16777184,
  lime: 65280,
  limegreen: 3329330,
  linen: 16445670,
  magenta: 16711935,
  maroon: 8388608,
  mediumaquamarine: 6737322,
  mediumblue: 205,
  mediumorchid: 12211667,
  mediumpurple: 9662683,
  mediumseagreen: 3978097,
  mediumslateblue: 8087790,
  mediumspringgreen: 64154,
  mediumturquoise: 4772300,
  mediumvioletred: 13047173,
  midnightblue: 1644912,
  mintcream: 16121850,
  mistyrose: 16770273,
  moccasin: 16770229,
  navajowhite: 16768685,
  navy: 128,
  oldlace: 16643558,
  olive: 8421376,
  olivedrab: 7048739,
  orange: 16753920,
  orangered: 16729344,
  orchid: 14315734,
  palegoldenrod: 15657130,
  palegreen: 10025880,
  paleturquoise: 11529966,
  palevioletred: 14381203,
  papayawhip: 16773077,
  peachpuff: 16767673,
  peru: 13468991,
  pink: 16761035,
  plum: 14524637,
  powderblue: 11591910,
  purple: 8388736,
  rebeccapurple: 6697881,
  red: 16711680,
  rosybrown: 12357519,
  royalblue: 4286945,
  saddlebrown: 9127187,
  salmon: 16416882,
  sandybrown: 16032864,
  seagreen: 3050327,
  seashell: 16774638,
  sienna: 10506797,
  silver: 12632256,
  skyblue: 8900331,
  slateblue: 6970061,
  slategray: 7372944,
  slategrey: 7372944,
  snow: 16775930,
  springgreen: 65407,
  steelblue: 4620980,
  tan: 13808780,
  teal: 32896,
  thistle: 14204888,
  tomato: 16737095,
  turquoise: 4251856,
  violet: 15631086,
  wheat: 16113331,
  white: 16777215,
  whitesmoke: 16119285,
  yellow: 16776960,
  yellowgreen: 10145074
}, ht = { r: 0, g: 0, b: 0 }, Bt = { h: 0, s: 0, l: 0 }, Cs = { h: 0, s: 0, l: 0 };
function eo(r, e, t) {
  return t < 0 && (t += 1), t > 1 && (t -= 1), t < 1 / 6 ? r + (e - r) * 6 * t : t < 1 / 2 ? e : t < 2 / 3 ? r + (e - r) * 6 * (2 / 3 - t) : r;
}
function Ls(r, e) {
  return e.r = r.r, e.g = r.g, e.b = r.b, e;
}
let pe = class {
  constructor(e, t, n) {
    return t === void 0 && n === void 0 ? this.set(e) : this.setRGB(e, t, n);
  }
  set(e) {
    return e && e.isColor ? this.copy(e) : typeof e == "number" ? this.setHex(e) : typeof e == "string" && this.setStyle(e), this;
  }
  setScalar(e) {
    return this.r = e, this.g = e, this.b = e, this;
  }
  setHex(e, t = cn) {
    return e = Math.floor(e), this.r = (e >> 16 & 255) / 255, this.g = (e >> 8 & 255) / 255, this.b = (e & 255) / 255, zt.toWorkingColorSpace(this, t), this;
  }
  setRGB(e, t, n, i = Fn) {
    return this.r = e, this.g = t, this.b = n, zt.toWorkingColorSpace(this, i), this;
  }
  setHSL(e, t, n, i = Fn) {
    if (e = kd(e, 1), t = mt(t, 0, 1), n = mt(n, 0, 1), t === 0)
      this.r = this.g = this.b = n;
    else {
      const s = n <= 0.5 ? n * (1 + t) : n + t - n * t, o = 2 * n - s;
      this.r = eo(o, s, e + 1 / 3), this.g = eo(o, s, e), this.b = eo(o, s, e - 1 / 3);
    }
    return zt.toWorkingColorSpace(this, i), this;
  }
  setStyle(e, t = cn) {
    function n(s) {
      s !== void 0 && parseFloat(s) < 1 && console.warn("THREE.Color: Alpha component of " + e + " will be ignored.");
    }
    let i;
    if (i = /^((?:rgb|hsl)a?)\(([^\)]*)\)/.exec(e)) {
      let s;
      const o = i[1], a = i[2];
      switch (o) {
        case "rgb":
        case "rgba":
          if (s = /^\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*(?:,\s*(\d*\.?\d+)\s*)?$/.exec(a))
            return this.r = Math.min(255, parseInt(s[1], 10)) / 255, this.g = Math.min(255, parseInt(s[2], 10)) / 255, this.b = Math.min(255, parseInt(s[3], 10)) / 255, zt.toWorkingColorSpace(this, t), n(s[4]), this;
          if (s = /^\s*(\d+)\%\s*,\s*(\d+)\%\s*,\s*(\d+)\%\s*(?:,\s*(\d*\.?\d+)\s*)?$/.exec(a))
            return this.r = Math.min(100, parseInt(s[1], 10)) / 100, this.g = Math.min(100, parseInt(s[2], 10)) / 100, this.b = Math.min(100, parseInt(s[3], 10)) / 100, zt.toWorkingColorSpace(this, t), n(s[4]), this;
          break;
        case "hsl":
        case "hsla":
          if (s = /^\s*(\d*\.?\d+)\s*,\s*(\d+)\%\s*,\s*(\d+)\%\s*(?:,\s*(\d*\.?\d+)\s*)?$/.exec(a)) {
            const l = parseFloat(s[1]) / 360, c = parseInt(s[2], 10) / 100, h = parseInt(s[3], 10) / 100;
            return n(s[4]), this.setHSL(l, c, h, t);
          }
          break;
      }
    } else if (i = /^\#([A-Fa-f\d]+)$/.exec(e)) {
      const s = i[1], o = s.length;
      if (o === 3)
        return this.r = parseInt(s.charAt(0) + s.charAt(0), 16) / 255, this.g = parseInt(s.charAt(1) + s.charAt(1), 16) / 255, this.b = parseInt(s.charAt(2) + s.charAt(2), 16) / 255, zt.toWorkingColorSpace(this, t), this;
      if (o === 6)
        return this.r = parseInt(s.charAt(0) + s.charAt(1), 16) / 255, this.g = parseInt(s.charAt(2) + s.charAt(3), 16) / 255, this.b = parseInt(s.charAt(4) + s.charAt(5), 16) / 255, zt.toWorkingColorSpace(this, t), this;
    }
    return e && e.length > 0 ? this.setColorName(e, t) : this;
  }
  setColorName(e, t = cn) {
    const n = Ch[e.toLowerCase()];
    return n !== void 0 ? this.setHex(n, t) : console.warn("THREE.Color: Unknown color " + e), this;
  }
  clone() {
    return new this.constructor(this.r, this.g, this.b);
  }
  copy(e) {
    return this.r = e.r, this.g = e.g, this.b = e.b, this;
  }
  copySRGBToLinear(e) {
    return this.r = Vn(e.r), this.g = Vn(e.g), this.b = Vn(e.b), this;
  }
  copyLinearToSRGB(e) {
    return this.r = yr(e.r), this.g = yr(e.g), this.b = yr(e.b), this;
  }
  convertSRGBToLinear() {
    return this.copySRGBToLinear(this), this;
  }
  convertLinearToSRGB() {
    return this.copyLinearToSRGB(this), this;
  }
  getHex(e = cn) {
    return zt.fromWorkingColorSpace(Ls(this, ht), e), mt(ht.r * 255, 0, 255) << 16 ^ mt(ht.g * 255, 0, 255) << 8 ^ mt(ht.b * 255, 0, 255) << 0;
  }
  getHexString(e = cn) {
    return ("000000" + this.getHex(e).toString(16)).slice(-6);
  }
  getHSL(e, t = Fn) {
    zt.fromWorkingColorSpace(Ls(this, ht), t);
    const n = ht.r, i = ht.g, s = ht.b, o = Math.max(n, i, s), a = Math.min(n, i, s);
    let l, c;
    const h = (a + o) / 2;
    if (a === o)
      l = 0, c = 0;
    else {
      const u = o - a;
      switch (c = h <= 0.5 ? u / (o + a) : u / (2 - o - a), o) {
        case n:
          l = (i - s) / u + (i < s ? 6 : 0);
          break;
        case i:
          l = (s - n) / u + 2;
          break;
        case s:
          l = (n - i) / u + 4;
          break;
      }
      l /= 6;
    }
    return e.h = l, e.s = c, e.l = h, e;
  }
  getRGB(e, t = Fn) {
    return zt.fromWorkingColorSpace(Ls(this, ht), t), e.r = ht.r, e.g = ht.g, e.b = ht.b, e;
  }
  getStyle(e = cn) {
    return zt.fromWorkingColorSpace(Ls(this, ht), e), e !== cn ? `color(${e} ${ht.r} ${ht.g} ${ht.b})` : `rgb(${ht.r * 255 | 0},${ht.g * 255 | 0},${ht.b * 255 | 0})`;
  }
  offsetHSL(e, t, n) {
    return this.getHSL(Bt), Bt.h += e, Bt.s += t, Bt.l += n, this.setHSL(Bt.h, Bt.s, Bt.l), this;
  }
  add(e) {
    return this.r += e.r, this.g += e.g, this.b += e.b, this;
  }
  addColors(e, t) {
    return this.r = e.r + t.r, this.g = e.g + t.g, this.b = e.b + t.b, this;
  }
  addScalar(e) {
    return this.r += e, this.g += e, this.b += e, this;
  }
  sub(e) {
    return this.r = Math.max(0, this.r - e.r), this.g = Math.max(0, this.g - e.g), this.b = Math.max(0, this.b - e.b), this;
  }
  multiply(e) {
    return this.r *= e.r, this.g *= e.g, this.b *= e.b, this;
  }
  multiplyScalar(e) {
    return this.r *= e, this.g *= e, this.b *= e, this;
  }
  lerp(e, t) {
    return this.r += (e.r - this.r) * t, this.g += (e.g - this.g) * t, this.b += (e.b - this.b) * t, this;
  }
  lerpColors(e, t, n) {
    return this.r = e.r + (t.r - e.r) * n, this.g = e.g + (t.g - e.g) * n, this.b = e.b + (t.b - e.b) * n, this;
  }
  lerpHSL(e, t) {
    this.getHSL(Bt), e.getHSL(Cs);
    const n = Kr(Bt.h, Cs.h, t), i = Kr(Bt.s, Cs.s, t), s = Kr(Bt.l, Cs.l, t);
    return this.setHSL(n, i, s), this;
  }
  equals(e) {
    return e.r === this.r && e.g === this.g && e.b === this.b;
  }
  fromArray(e, t = 0) {
    return this.r = e[t], this.g = e[t + 1], this.b = e[t + 2], this;
  }
  toArray(e = [], t = 0) {
    return e[t] = this.r, e[t + 1] = this.g, e[t + 2] = this.b, e;
  }
  fromBufferAttribute(e, t) {
    return this.r = e.getX(t), this.g = e.getY(t), this.b = e.getZ(t), e.normalized === !0 && (this.r /= 255, this.g /= 255, this.b /= 255), this;
  }
  toJSON() {
    return this.getHex();
  }
};
pe.NAMES = Ch;
pe.prototype.isColor = !0;
pe.prototype.r = 1;
pe.prototype.g = 1;
pe.prototype.b = 1;
let Qn;
class qn {
  static getDataURL(e) {
    if (/^data:/i.test(e.src) || typeof HTMLCanvasElement > "u")
      return e.src;
    let t;
    if (e instanceof HTMLCanvasElement)
      t = e;
    else {
      Qn === void 0 && (Qn = ds("canvas")), Qn.width = e.width, Qn.height = e.height;
      const n = Qn.getContext("2d");
      e instanceof ImageData ? n.putImageData(e, 0, 0) : n.drawImage(e, 0, 0, e.width, e.height), t = Qn;
    }
    return t.width > 2048 || t.height > 2048 ? (console.warn("THREE.ImageUtils.getDataURL: Image converted to jpg for performance reasons", e), t.toDataURL("image/jpeg", 0.6)) : t.toDataURL("image/png");
  }
  static sRGBToLinear(e) {
    if (typeof HTMLImageElement < "u" && e instanceof HTMLImageElement || typeof HTMLCanvasElement < "u" && e instanceof HTMLCanvasElement || typeof ImageBitmap < "u" && e instanceof ImageBitmap) {
      const t = ds("canvas");
      t.width = e.width, t.height = e.height;
      const n = t.getContext("2d");
      n.drawImage(e, 0, 0, e.width, e.height);
      const i = n.getImageData(0, 0, e.width, e.height), s = i.data;
      for (let o = 0; o < s.length; o++)
        s[o] = Vn(s[o] / 255) * 255;
      return n.putImageData(i, 0, 0), t;
    } else if (e.data) {
      const t = e.data.slice(0);
      for (let n = 0; n < t.length; n++)
        t instanceof Uint8Array || t instanceof Uint8ClampedArray ? t[n] = Math.floor(Vn(t[n] / 255) * 255) : t[n] = Vn(t[n]);
      return {
        data: t,
        width: e.width,
        height: e.height
      };
    } else
      return console.warn("THREE.ImageUtils.sRGBToLinear(): Unsupported image type. No color space conversion applied."), e;
  }
}
class Lh {
  constructor(e = null) {
    this.uuid = Kt(), this.data = e, this.version = 0;
  }
  set needsUpdate(e) {
    e === !0 && this.version++;
  }
  toJSON(e) {
    const t = e === void 0 || typeof e == "string";
    if (!t && e.images[this.uuid] !== void 0)
      return e.images[this.uuid];
    const n = {
      uuid: this.uuid,
      url: ""
    }, i = this.data;
    if (i !== null) {
      let s;
      if (Array.isArray(i)) {
        s = [];
        for (let o = 0, a = i.length; o < a; o++)
          i[o].isDataTexture ? s.push(to(i[o].image)) : s.push(to(i[o]));
      } else
        s = to(i);
      n.url = s;
    }
    return t || (e.images[this.uuid] = n), n;
  }
}
function to(r) {
  return typeof HTMLImageElement < "u" && r instanceof HTMLImageElement || typeof HTMLCanvasElement < "u" && r instanceof HTMLCanvasElement || typeof ImageBitmap < "u" && r instanceof ImageBitmap ? qn.getDataURL(r) : r.data ? {
    data: Array.prototype.slice.call(r.data),
    width: r.width,
    height: r.height,
    type: r.data.constructor.name
  } : (console.warn("THREE.Texture: Unable to serialize Texture."), {});
}
Lh.prototype.isSource = !0;
let Ud = 0;
class gt extends pn {
  constructor(e = gt.DEFAULT_IMAGE, t = gt.DEFAULT_MAPPING, n = Ht, i = Ht, s = St, o = Pr, a = Vt, l = Wn, c = 1, h = fn) {
    super(), Object.defineProperty(this, "id", { value: Ud++ }), this.uuid = Kt(), this.name = "", this.source = new Lh(e), this.mipmaps = [], this.mapping = t, this.wrapS = n, this.wrapT = i, this.magFilter = s, this.minFilter = o, this.anisotropy = c, this.format = a, this.internalFormat = null, this.type = l, this.offset = new K(0, 0), this.repeat = new K(1, 1), this.center = new K(0, 0), this.rotation = 0, this.matrixAutoUpdate = !0, this.matrix = new ut(), this.generateMipmaps = !0, this.premultiplyAlpha = !1, this.flipY = !0, this.unpackAlignment = 4, this.encoding = h, this.userData = {}, this.version = 0, this.onUpdate = null, this.isRenderTargetTexture = !1, this.needsPMREMUpdate = !1;
  }
  get image() {
    return this.source.data;
  }
  set image(e) {
    this.source.data = e;
  }
  updateMatrix() {
    this.matrix.setUvTransform(this.offset.x, this.offset.y, this.repeat.x, this.repeat.y, this.rotation, this.center.x, this.center.y);
  }
  clone() {
    return new this.constructor().copy(this);
  }
  copy(e) {
    return this.name = e.name, this.source = e.source, this.mipmaps = e.mipmaps.slice(0), this.mapping = e.mapping, this.wrapS = e.wrapS, this.wrapT = e.wrapT, this.magFilter = e.magFilter, this.minFilter = e.minFilter, this.anisotropy = e.anisotropy, this.format = e.format, this.internalFormat = e.internalFormat, this.type = e.type, this.offset.copy(e.offset), this.repeat.copy(e.repeat), this.center.copy(e.center), this.rotation = e.rotation, this.matrixAutoUpdate = e.matrixAutoUpdate, this.matrix.copy(e.matrix), this.generateMipmaps = e.generateMipmaps, this.premultiplyAlpha = e.premultiplyAlpha, this.flipY = e.flipY, this.unpackAlignment = e.unpackAlignment, this.encoding = e.encoding, this.userData = JSON.parse(JSON.stringify(e.userData)), this.needsUpdate = !0, this;
  }
  toJSON(e) {
    const t = e === void 0 || typeof e == "string";
    if (!t && e.textures[this.uuid] !== void 0)
      return e.textures[this.uuid];
    const n = {
      metadata: {
        version: 4.5,
        type: "Texture",
        generator: "Texture.toJSON"
      },
      uuid: this.uuid,
      name: this.name,
      image: this.source.toJSON(e).uuid,
      mapping: this.mapping,
      repeat: [this.repeat.x, this.repeat.y],
      offset: [this.offset.x, this.offset.y],
      center: [this.center.x, this.center.y],
      rotation: this.rotation,
      wrap: [this.wrapS, this.wrapT],
      format: this.format,
      type: this.type,
      encoding: this.encoding,
      minFilter: this.minFilter,
      magFilter: this.magFilter,
      anisotropy: this.anisotropy,
      flipY: this.flipY,
      premultiplyAlpha: this.premultiplyAlpha,
      unpackAlignment: this.unpackAlignment
    };
    return JSON.stringify(this.userData) !== "{}" && (n.userData = this.userData), t || (e.textures[this.uuid] = n), n;
  }
  dispose() {
    this.dispatchEvent({ type: "dispose" });
  }
  transformUv(e) {
    if (this.mapping !== Eh) return e;
    if (e.applyMatrix3(this.matrix), e.x < 0 || e.x > 1)
      switch (this.wrapS) {
        case $o:
          e.x = e.x - Math.floor(e.x);
          break;
        case Ht:
          e.x = e.x < 0 ? 0 : 1;
          break;
        case Jo:
          Math.abs(Math.floor(e.x) % 2) === 1 ? e.x = Math.ceil(e.x) - e.x : e.x = e.x - Math.floor(e.x);
          break;
      }
    if (e.y < 0 || e.y > 1)
      switch (this.wrapT) {
        case $o:
          e.y = e.y - Math.floor(e.y);
          break;
        case Ht:
          e.y = e.y < 0 ? 0 : 1;
          break;
        case Jo:
          Math.abs(Math.floor(e.y) % 2) === 1 ? e.y = Math.ceil(e.y) - e.y : e.y = e.y - Math.floor(e.y);
          break;
      }
    return this.flipY && (e.y = 1 - e.y), e;
  }
  set needsUpdate(e) {
    e === !0 && (this.version++, this.source.needsUpdate = !0);
  }
}
gt.DEFAULT_IMAGE = null;
gt.DEFAULT_MAPPING = Eh;
gt.prototype.isTexture = !0;
class Xe {
  constructor(e = 0, t = 0, n = 0, i = 1) {
    this.x = e, this.y = t, this.z = n, this.w = i;
  }
  get width() {
    return this.z;
  }
  set width(e) {
    this.z = e;
  }
  get height() {
    return this.w;
  }
  set height(e) {
    this.w = e;
  }
  set(e, t, n, i) {
    return this.x = e, this.y = t, this.z = n, this.w = i, this;
  }
  setScalar(e) {
    return this.x = e, this.y = e, this.z = e, this.w = e, this;
  }
  setX(e) {
    return this.x = e, this;
  }
  setY(e) {
    return this.y = e, this;
  }
  setZ(e) {
    return this.z = e, this;
  }
  setW(e) {
    return this.w = e, this;
  }
  setComponent(e, t) {
    switch (e) {
      case 0:
        this.x = t;
        break;
      case 1:
        this.y = t;
        break;
      case 2:
        this.z = t;
        break;
      case 3:
        this.w = t;
        break;
      default:
        throw new Error("index is out of range: " + e);
    }
    return this;
  }
  getComponent(e) {
    switch (e) {
      case 0:
        return this.x;
      case 1:
        return this.y;
      case 2:
        return this.z;
      case 3:
        return this.w;
      default:
        throw new Error("index is out of range: " + e);
    }
  }
  clone() {
    return new this.constructor(this.x, this.y, this.z, this.w);
  }
  copy(e) {
    return this.x = e.x, this.y = e.y, this.z = e.z, this.w = e.w !== void 0 ? e.w : 1, this;
  }
  add(e, t) {
    return t !== void 0 ? (console.warn("THREE.Vector4: .add() now only accepts one argument. Use .addVectors( a, b ) instead."), this.addVectors(e, t)) : (this.x += e.x, this.y += e.y, this.z += e.z, this.w += e.w, this);
  }
  addScalar(e) {
    return this.x += e, this.y += e, this.z += e, this.w += e, this;
  }
  addVectors(e, t) {
    return this.x = e.x + t.x, this.y = e.y + t.y, this.z = e.z + t.z, this.w = e.w + t.w, this;
  }
  addScaledVector(e, t) {
    return this.x += e.x * t, this.y += e.y * t, this.z += e.z * t, this.w += e.w * t, this;
  }
  sub(e, t) {
    return t !== void 0 ? (console.warn("THREE.Vector4: .sub() now only accepts one argument. Use .subVectors( a, b ) instead."), this.subVectors(e, t)) : (this.x -= e.x, this.y -= e.y, this.z -= e.z, this.w -= e.w, this);
  }
  subScalar(e) {
    return this.x -= e, this.y -= e, this.z -= e, this.w -= e, this;
  }
  subVectors(e, t) {
    return this.x = e.x - t.x, this.y = e.y - t.y, this.z = e.z - t.z, this.w = e.w - t.w, this;
  }
  multiply(e) {
    return this.x *= e.x, this.y *= e.y, this.z *= e.z, this.w *= e.w, this;
  }
  multiplyScalar(e) {
    return this.x *= e, this.y *= e, this.z *= e, this.w *= e, this;
  }
  applyMatrix4(e) {
    const t = this.x, n = this.y, i = this.z, s = this.w, o = e.elements;
    return this.x = o[0] * t + o[4] * n + o[8] * i + o[12] * s, this.y = o[1] * t + o[5] * n + o[9] * i + o[13] * s, this.z = o[2] * t + o[6] * n + o[10] * i + o[14] * s, this.w = o[3] * t + o[7] * n + o[11] * i + o[15] * s, this;
  }
  divideScalar(e) {
    return this.multiplyScalar(1 / e);
  }
  setAxisAngleFromQuaternion(e) {
    this.w = 2 * Math.acos(e.w);
    const t = Math.sqrt(1 - e.w * e.w);
    return t < 1e-4 ? (this.x = 1, this.y = 0, this.z = 0) : (this.x = e.x / t, this.y = e.y / t, this.z = e.z / t), this;
  }
  setAxisAngleFromRotationMatrix(e) {
    let t, n, i, s;
    const l = e.elements, c = l[0], h = l[4], u = l[8], d = l[1], f = l[5], g = l[9], p = l[2], m = l[6], y = l[10];
    if (Math.abs(h - d) < 0.01 && Math.abs(u - p) < 0.01 && Math.abs(g - m) < 0.01) {
      if (Math.abs(h + d) < 0.1 && Math.abs(u + p) < 0.1 && Math.abs(g + m) < 0.1 && Math.abs(c + f + y - 3) < 0.1)
        return this.set(1, 0, 0, 0), this;
      t = Math.PI;
      const S = (c + 1) / 2, w = (f + 1) / 2, x = (y + 1) / 2, L = (h + d) / 4, D = (u + p) / 4, T = (g + m) / 4;
      return S > w && S > x ? S < 0.01 ? (n = 0, i = 0.707106781, s = 0.707106781) : (n = Math.sqrt(S), i = L / n, s = D / n) : w > x ? w < 0.01 ? (n = 0.707106781, i = 0, s = 0.707106781) : (i = Math.sqrt(w), n = L / i, s = T / i) : x < 0.01 ? (n = 0.707106781, i = 0.707106781, s = 0) : (s = Math.sqrt(x), n = D / s, i = T / s), this.set(n, i, s, t), this;
    }
    let _ = Math.sqrt((m - g) * (m - g) + (u - p) * (u - p) + (d - h) * (d - h));
    return Math.abs(_) < 1e-3 && (_ = 1), this.x = (m - g) / _, this.y = (u - p) / _, this.z = (d - h) / _, this.w = Math.acos((c + f + y - 1) / 2), this;
  }
  min(e) {
    return this.x = Math.min(this.x, e.x), this.y = Math.min(this.y, e.y), this.z = Math.min(this.z, e.z), this.w = Math.min(this.w, e.w), this;
  }
  max(e) {
    return this.x = Math.max(this.x, e.x), this.y = Math.max(this.y, e.y), this.z = Math.max(this.z, e.z), this.w = Math.max(this.w, e.w), this;
  }
  clamp(e, t) {
    return this.x = Math.max(e.x, Math.min(t.x, this.x)), this.y = Math.max(e.y, Math.min(t.y, this.y)), this.z = Math.max(e.z, Math.min(t.z, this.z)), this.w = Math.max(e.w, Math.min(t.w, this.w)), this;
  }
  clampScalar(e, t) {
    return this.x = Math.max(e, Math.min(t, this.x)), this.y = Math.max(e, Math.min(t, this.y)), this.z = Math.max(e, Math.min(t, this.z)), this.w = Math.max(e, Math.min(t, this.w)), this;
  }
  clampLength(e, t) {
    const n = this.length();
    return this.divideScalar(n || 1).multiplyScalar(Math.max(e, Math.min(t, n)));
  }
  floor() {
    return this.x = Math.floor(this.x), this.y = Math.floor(this.y), this.z = Math.floor(this.z), this.w = Math.floor(this.w), this;
  }
  ceil() {
    return this.x = Math.ceil(this.x), this.y = Math.ceil(this.y), this.z = Math.ceil(this.z), this.w = Math.ceil(this.w), this;
  }
  round() {
    return this.x = Math.round(this.x), this.y = Math.round(this.y), this.z = Math.round(this.z), this.w = Math.round(this.w), this;
  }
  roundToZero() {
    return this.x = this.x < 0 ? Math.ceil(this.x) : Math.floor(this.x), this.y = this.y < 0 ? Math.ceil(this.y) : Math.floor(this.y), this.z = this.z < 0 ? Math.ceil(this.z) : Math.floor(this.z), this.w = this.w < 0 ? Math.ceil(this.w) : Math.floor(this.w), this;
  }
  negate() {
    return this.x = -this.x, this.y = -this.y, this.z = -this.z, this.w = -this.w, this;
  }
  dot(e) {
    return this.x * e.x + this.y * e.y + this.z * e.z + this.w * e.w;
  }
  lengthSq() {
    return this.x * this.x + this.y * this.y + this.z * this.z + this.w * this.w;
  }
  length() {
    return Math.sqrt(this.x * this.x + this.y * this.y + this.z * this.z + this.w * this.w);
  }
  manhattanLength() {
    return Math.abs(this.x) + Math.abs(this.y) + Math.abs(this.z) + Math.abs(this.w);
  }
  normalize() {
    return this.divideScalar(this.length() || 1);
  }
  setLength(e) {
    return this.normalize().multiplyScalar(e);
  }
  lerp(e, t) {
    return this.x += (e.x - this.x) * t, this.y += (e.y - this.y) * t, this.z += (e.z - this.z) * t, this.w += (e.w - this.w) * t, this;
  }
  lerpVectors(e, t, n) {
    return this.x = e.x + (t.x - e.x) * n, this.y = e.y + (t.y - e.y) * n, this.z = e.z + (t.z - e.z) * n, this.w = e.w + (t.w - e.w) * n, this;
  }
  equals(e) {
    return e.x === this.x && e.y === this.y && e.z === this.z && e.w === this.w;
  }
  fromArray(e, t = 0) {
    return this.x = e[t], this.y = e[t + 1], this.z = e[t + 2], this.w = e[t + 3], this;
  }
  toArray(e = [], t = 0) {
    return e[t] = this.x, e[t + 1] = this.y, e[t + 2] = this.z, e[t + 3] = this.w, e;
  }
  fromBufferAttribute(e, t, n) {
    return n !== void 0 && console.warn("THREE.Vector4: offset has been removed from .fromBufferAttribute()."), this.x = e.getX(t), this.y = e.getY(t), this.z = e.getZ(t), this.w = e.getW(t), this;
  }
  random() {
    return this.x = Math.random(), this.y = Math.random(), this.z = Math.random(), this.w = Math.random(), this;
  }
  *[Symbol.iterator]() {
    yield this.x, yield this.y, yield this.z, yield this.w;
  }
}
Xe.prototype.isVector4 = !0;
class Lt extends pn {
  constructor(e, t, n = {}) {
    super(), this.width = e, this.height = t, this.depth = 1, this.scissor = new Xe(0, 0, e, t), this.scissorTest = !1, this.viewport = new Xe(0, 0, e, t);
    const i = { width: e, height: t, depth: 1 };
    this.texture = new gt(i, n.mapping, n.wrapS, n.wrapT, n.magFilter, n.minFilter, n.format, n.type, n.anisotropy, n.encoding), this.texture.isRenderTargetTexture = !0, this.texture.flipY = !1, this.texture.generateMipmaps = n.generateMipmaps !== void 0 ? n.generateMipmaps : !1, this.texture.internalFormat = n.internalFormat !== void 0 ? n.internalFormat : null, this.texture.minFilter = n.minFilter !== void 0 ? n.minFilter : St, this.depthBuffer = n.depthBuffer !== void 0 ? n.depthBuffer : !0, this.stencilBuffer = n.stencilBuffer !== void 0 ? n.stencilBuffer : !1, this.depthTexture = n.depthTexture !== void 0 ? n.depthTexture : null, this.samples = n.samples !== void 0 ? n.samples : 0;
  }
  setSize(e, t, n = 1) {
    (this.width !== e || this.height !== t || this.depth !== n) && (this.width = e, this.height = t, this.depth = n, this.texture.image.width = e, this.texture.image.height = t, this.texture.image.depth = n, this.dispose()), this.viewport.set(0, 0, e, t), this.scissor.set(0, 0, e, t);
  }
  clone() {
    return new this.constructor().copy(this);
  }
  copy(e) {
    return this.width = e.width, this.height = e.height, this.depth = e.depth, this.viewport.copy(e.viewport), this.texture = e.texture.clone(), this.texture.isRenderTargetTexture = !0, this.texture.image = Object.assign({}, e.texture.image), this.depthBuffer = e.depthBuffer, this.stencilBuffer = e.stencilBuffer, e.depthTexture !== null && (this.depthTexture = e.depthTexture.clone()), this.samples = e.samples, this;
  }
  dispose() {
    this.dispatchEvent({ type: "dispose" });
  }
}
Lt.prototype.isWebGLRenderTarget = !0;
class Ir extends gt {
  constructor(e = null, t = 1, n = 1, i = 1) {
    super(null), this.image = { data: e, width: t, height: n, depth: i }, this.magFilter = pt, this.minFilter = pt, this.wrapR = Ht, this.generateMipmaps = !1, this.flipY = !1, this.unpackAlignment = 1;
  }
}
Ir.prototype.isDataArrayTexture = !0;
class Fd extends Lt {
  constructor(e, t, n) {
    super(e, t), this.depth = n, this.texture = new Ir(null, e, t, n), this.texture.isRenderTargetTexture = !0;
  }
}
Fd.prototype.isWebGLArrayRenderTarget = !0;
class ma extends gt {
  constructor(e = null, t = 1, n = 1, i = 1) {
    super(null), this.image = { data: e, width: t, height: n, depth: i }, this.magFilter = pt, this.minFilter = pt, this.wrapR = Ht, this.generateMipmaps = !1, this.flipY = !1, this.unpackAlignment = 1;
  }
}
ma.prototype.isData3DTexture = !0;
class Hd extends Lt {
  constructor(e, t, n) {
    super(e, t), this.depth = n, this.texture = new ma(null, e, t, n), this.texture.isRenderTargetTexture = !0;
  }
}
Hd.prototype.isWebGL3DRenderTarget = !0;
class Vd extends Lt {
  constructor(e, t, n, i = {}) {
    super(e, t, i);
    const s = this.texture;
    this.texture = [];
    for (let o = 0; o < n; o++)
      this.texture[o] = s.clone(), this.texture[o].isRenderTargetTexture = !0;
  }
  setSize(e, t, n = 1) {
    if (this.width !== e || this.height !== t || this.depth !== n) {
      this.width = e, this.height = t, this.depth = n;
      for (let i = 0, s = this.texture.length; i < s; i++)
        this.texture[i].image.width = e, this.texture[i].image.height = t, this.texture[i].image.depth = n;
      this.dispose();
    }
    return this.viewport.set(0, 0, e, t), this.scissor.set(0, 0, e, t), this;
  }
  copy(e) {
    this.dispose(), this.width = e.width, this.height = e.height, this.depth = e.depth, this.viewport.set(0, 0, this.width, this.height), this.scissor.set(0, 0, this.width, this.height), this.depthBuffer = e.depthBuffer, this.stencilBuffer = e.stencilBuffer, this.depthTexture = e.depthTexture, this.texture.length = 0;
    for (let t = 0, n = e.texture.length; t < n; t++)
      this.texture[t] = e.texture[t].clone();
    return this;
  }
}
Vd.prototype.isWebGLMultipleRenderTargets = !0;
class Ke {
  constructor(e = 0, t = 0, n = 0, i = 1) {
    this._x = e, this._y = t, this._z = n, this._w = i;
  }
  static slerp(e, t, n, i) {
    return console.warn("THREE.Quaternion: Static .slerp() has been deprecated. Use qm.slerpQuaternions( qa, qb, t ) instead."), n.slerpQuaternions(e, t, i);
  }
  static slerpFlat(e, t, n, i, s, o, a) {
    let l = n[i + 0], c = n[i + 1], h = n[i + 2], u = n[i + 3];
    const d = s[o + 0], f = s[o + 1], g = s[o + 2], p = s[o + 3];
    if (a === 0) {
      e[t + 0] = l, e[t + 1] = c, e[t + 2] = h, e[t + 3] = u;
      return;
    }
    if (a === 1) {
      e[t + 0] = d, e[t + 1] = f, e[t + 2] = g, e[t + 3] = p;
      return;
    }
    if (u !== p || l !== d || c !== f || h !== g) {
      let m = 1 - a;
      const y = l * d + c * f + h * g + u * p, _ = y >= 0 ? 1 : -1, S = 1 - y * y;
      if (S > Number.EPSILON) {
        const x = Math.sqrt(S), L = Math.atan2(x, y * _);
        m = Math.sin(m * L) / x, a = Math.sin(a * L) / x;
      }
      const w = a * _;
      if (l = l * m + d * w, c = c * m + f * w, h = h * m + g * w, u = u * m + p * w, m === 1 - a) {
        const x = 1 / Math.sqrt(l * l + c * c + h * h + u * u);
        l *= x, c *= x, h *= x, u *= x;
      }
    }
    e[t] = l, e[t + 1] = c, e[t + 2] = h, e[t + 3] = u;
  }
  static multiplyQuaternionsFlat(e, t, n, i, s, o) {
    const a = n[i], l = n[i + 1], c = n[i + 2], h = n[i + 3], u = s[o], d = s[o + 1], f = s[o + 2], g = s[o + 3];
    return e[t] = a * g + h * u + l * f - c * d, e[t + 1] = l * g + h * d + c * u - a * f, e[t + 2] = c * g + h * f + a * d - l * u, e[t + 3] = h * g - a * u - l * d - c * f, e;
  }
  get x() {
    return this._x;
  }
  set x(e) {
    this._x = e, this._onChangeCallback();
  }
  get y() {
    return this._y;
  }
  set y(e) {
    this._y = e, this._onChangeCallback();
  }
  get z() {
    return this._z;
  }
  set z(e) {
    this._z = e, this._onChangeCallback();
  }
  get w() {
    return this._w;
  }
  set w(e) {
    this._w = e, this._onChangeCallback();
  }
  set(e, t, n, i) {
    return this._x = e, this._y = t, this._z = n, this._w = i, this._onChangeCallback(), this;
  }
  clone() {
    return new this.constructor(this._x, this._y, this._z, this._w);
  }
  copy(e) {
    return this._x = e.x, this._y = e.y, this._z = e.z, this._w = e.w, this._onChangeCallback(), this;
  }
  setFromEuler(e, t) {
    if (!(e && e.isEuler))
      throw new Error("THREE.Quaternion: .setFromEuler() now expects an Euler rotation rather than a Vector3 and order.");
    const n = e._x, i = e._y, s = e._z, o = e._order, a = Math.cos, l = Math.sin, c = a(n / 2), h = a(i / 2), u = a(s / 2), d = l(n / 2), f = l(i / 2), g = l(s / 2);
    switch (o) {
      case "XYZ":
        this._x = d * h * u + c * f * g, this._y = c * f * u - d * h * g, this._z = c * h * g + d * f * u, this._w = c * h * u - d * f * g;
        break;
      case "YXZ":
        this._x = d * h * u + c * f * g, this._y = c * f * u - d * h * g, this._z = c * h * g - d * f * u, this._w = c * h * u + d * f * g;
        break;
      case "ZXY":
        this._x = d * h * u - c * f * g, this._y = c * f * u + d * h * g, this._z = c * h * g + d * f * u, this._w = c * h * u - d * f * g;
        break;
      case "ZYX":
        this._x = d * h * u - c * f * g, this._y = c * f * u + d * h * g, this._z = c * h * g - d * f * u, this._w = c * h * u + d * f * g;
        break;
      case "YZX":
        this._x = d * h * u + c * f * g, this._y = c * f * u + d * h * g, this._z = c * h * g - d * f * u, this._w = c * h * u - d * f * g;
        break;
      case "XZY":
        this._x = d * h * u - c * f * g, this._y = c * f * u - d * h * g, this._z = c * h * g + d * f * u, this._w = c * h * u + d * f * g;
        break;
      default:
        console.warn("THREE.Quaternion: .setFromEuler() encountered an unknown order: " + o);
    }
    return t !== !1 && this._onChangeCallback(), this;
  }
  setFromAxisAngle(e, t) {
    const n = t / 2, i = Math.sin(n);
    return this._x = e.x * i, this._y = e.y * i, this._z = e.z * i, this._w = Math.cos(n), this._onChangeCallback(), this;
  }
  setFromRotationMatrix(e) {
    const t = e.elements, n = t[0], i = t[4], s = t[8], o = t[1], a = t[5], l = t[9], c = t[2], h = t[6], u = t[10], d = n + a + u;
    if (d > 0) {
      const f = 0.5 / Math.sqrt(d + 1);
      this._w = 0.25 / f, this._x = (h - l) * f, this._y = (s - c) * f, this._z = (o - i) * f;
    } else if (n > a && n > u) {
      const f = 2 * Math.sqrt(1 + n - a - u);
      this._w = (h - l) / f, this._x = 0.25 * f, this._y = (i + o) / f, this._z = (s + c) / f;
    } else if (a > u) {
      const f = 2 * Math.sqrt(1 + a - n - u);
      this._w = (s - c) / f, this._x = (i + o) / f, this._y = 0.25 * f, this._z = (l + h) / f;
    } else {
      const f = 2 * Math.sqrt(1 + u - n - a);
      this._w = (o - i) / f, this._x = (s + c) / f, this._y = (l + h) / f, this._z = 0.25 * f;
    }
    return this._onChangeCallback(), this;
  }
  setFromUnitVectors(e, t) {
    let n = e.dot(t) + 1;
    return n < Number.EPSILON ? (n = 0, Math.abs(e.x) > Math.abs(e.z) ? (this._x = -e.y, this._y = e.x, this._z = 0, this._w = n) : (this._x = 0, this._y = -e.z, this._z = e.y, this._w = n)) : (this._x = e.y * t.z - e.z * t.y, this._y = e.z * t.x - e.x * t.z, this._z = e.x * t.y - e.y * t.x, this._w = n), this.normalize();
  }
  angleTo(e) {
    return 2 * Math.acos(Math.abs(mt(this.dot(e), -1, 1)));
  }
  rotateTowards(e, t) {
    const n = this.angleTo(e);
    if (n === 0) return this;
    const i = Math.min(1, t / n);
    return this.slerp(e, i), this;
  }
  identity() {
    return this.set(0, 0, 0, 1);
  }
  invert() {
    return this.conjugate();
  }
  conjugate() {
    return this._x *= -1, this._y *= -1, this._z *= -1, this._onChangeCallback(), this;
  }
  dot(e) {
    return this._x * e._x + this._y * e._y + this._z * e._z + this._w * e._w;
  }
  lengthSq() {
    return this._x * this._x + this._y * this._y + this._z * this._z + this._w * this._w;
  }
  length() {
    return Math.sqrt(this._x * this._x + this._y * this._y + this._z * this._z + this._w * this._w);
  }
  normalize() {
    let e = this.length();
    return e === 0 ? (this._x = 0, this._y = 0, this._z = 0, this._w = 1) : (e = 1 / e, this._x = this._x * e, this._y = this._y * e, this._z = this._z * e, this._w = this._w * e), this._onChangeCallback(), this;
  }
  multiply(e, t) {
    return t !== void 0 ? (console.warn("THREE.Quaternion: .multiply() now only accepts one argument. Use .multiplyQuaternions( a, b ) instead."), this.multiplyQuaternions(e, t)) : this.multiplyQuaternions(this, e);
  }
  premultiply(e) {
    return this.multiplyQuaternions(e, this);
  }
  multiplyQuaternions(e, t) {
    const n = e._x, i = e._y, s = e._z, o = e._w, a = t._x, l = t._y, c = t._z, h = t._w;
    return this._x = n * h + o * a + i * c - s * l, this._y = i * h + o * l + s * a - n * c, this._z = s * h + o * c + n * l - i * a, this._w = o * h - n * a - i * l - s * c, this._onChangeCallback(), this;
  }
  slerp(e, t) {
    if (t === 0) return this;
    if (t === 1) return this.copy(e);
    const n = this._x, i = this._y, s = this._z, o = this._w;
    let a = o * e._w + n * e._x + i * e._y + s * e._z;
    if (a < 0 ? (this._w = -e._w, this._x = -e._x, this._y = -e._y, this._z = -e._z, a = -a) : this.copy(e), a >= 1)
      return this._w = o, this._x = n, this._y = i, this._z = s, this;
    const l = 1 - a * a;
    if (l <= Number.EPSILON) {
      const f = 1 - t;
      return this._w = f * o + t * this._w, this._x = f * n + t * this._x, this._y = f * i + t * this._y, this._z = f * s + t * this._z, this.normalize(), this._onChangeCallback(), this;
    }
    const c = Math.sqrt(l), h = Math.atan2(c, a), u = Math.sin((1 - t) * h) / c, d = Math.sin(t * h) / c;
    return this._w = o * u + this._w * d, this._x = n * u + this._x * d, this._y = i * u + this._y * d, this._z = s * u + this._z * d, this._onChangeCallback(), this;
  }
  slerpQuaternions(e, t, n) {
    return this.copy(e).slerp(t, n);
  }
  random() {
    const e = Math.random(), t = Math.sqrt(1 - e), n = Math.sqrt(e), i = 2 * Math.PI * Math.random(), s = 2 * Math.PI * Math.random();
    return this.set(
      t * Math.cos(i),
      n * Math.sin(s),
      n * Math.cos(s),
      t * Math.sin(i)
    );
  }
  equals(e) {
    return e._x === this._x && e._y === this._y && e._z === this._z && e._w === this._w;
  }
  fromArray(e, t = 0) {
    return this._x = e[t], this._y = e[t + 1], this._z = e[t + 2], this._w = e[t + 3], this._onChangeCallback(), this;
  }
  toArray(e = [], t = 0) {
    return e[t] = this._x, e[t + 1] = this._y, e[t + 2] = this._z, e[t + 3] = this._w, e;
  }
  fromBufferAttribute(e, t) {
    return this._x = e.getX(t), this._y = e.getY(t), this._z = e.getZ(t), this._w = e.getW(t), this;
  }
  _onChange(e) {
    return this._onChangeCallback = e, this;
  }
  _onChangeCallback() {
  }
}
Ke.prototype.isQuaternion = !0;
class M {
  constructor(e = 0, t = 0, n = 0) {
    this.x = e, this.y = t, this.z = n;
  }
  set(e, t, n) {
    return n === void 0 && (n = this.z), this.x = e, this.y = t, this.z = n, this;
  }
  setScalar(e) {
    return this.x = e, this.y = e, this.z = e, this;
  }
  setX(e) {
    return this.x = e, this;
  }
  setY(e) {
    return this.y = e, this;
  }
  setZ(e) {
    return this.z = e, this;
  }
  setComponent(e, t) {
    switch (e) {
      case 0:
        this.x = t;
        break;
      case 1:
        this.y = t;
        break;
      case 2:
        this.z = t;
        break;
      default:
        throw new Error("index is out of range: " + e);
    }
    return this;
  }
  getComponent(e) {
    switch (e) {
      case 0:
        return this.x;
      case 1:
        return this.y;
      case 2:
        return this.z;
      default:
        throw new Error("index is out of range: " + e);
    }
  }
  clone() {
    return new this.constructor(this.x, this.y, this.z);
  }
  copy(e) {
    return this.x = e.x, this.y = e.y, this.z = e.z, this;
  }
  add(e, t) {
    return t !== void 0 ? (console.warn("THREE.Vector3: .add() now only accepts one argument. Use .addVectors( a, b ) instead."), this.addVectors(e, t)) : (this.x += e.x, this.y += e.y, this.z += e.z, this);
  }
  addScalar(e) {
    return this.x += e, this.y += e, this.z += e, this;
  }
  addVectors(e, t) {
    return this.x = e.x + t.x, this.y = e.y + t.y, this.z = e.z + t.z, this;
  }
  addScaledVector(e, t) {
    return this.x += e.x * t, this.y += e.y * t, this.z += e.z * t, this;
  }
  sub(e, t) {
    return t !== void 0 ? (console.warn("THREE.Vector3: .sub() now only accepts one argument. Use .subVectors( a, b ) instead."), this.subVectors(e, t)) : (this.x -= e.x, this.y -= e.y, this.z -= e.z, this);
  }
  subScalar(e) {
    return this.x -= e, this.y -= e, this.z -= e, this;
  }
  subVectors(e, t) {
    return this.x = e.x - t.x, this.y = e.y - t.y, this.z = e.z - t.z, this;
  }
  multiply(e, t) {
    return t !== void 0 ? (console.warn("THREE.Vector3: .multiply() now only accepts one argument. Use .multiplyVectors( a, b ) instead."), this.multiplyVectors(e, t)) : (this.x *= e.x, this.y *= e.y, this.z *= e.z, this);
  }
  multiplyScalar(e) {
    return this.x *= e, this.y *= e, this.z *= e, this;
  }
  multiplyVectors(e, t) {
    return this.x = e.x * t.x, this.y = e.y * t.y, this.z = e.z * t.z, this;
  }
  applyEuler(e) {
    return e && e.isEuler || console.error("THREE.Vector3: .applyEuler() now expects an Euler rotation rather than a Vector3 and order."), this.applyQuaternion(Ml.setFromEuler(e));
  }
  applyAxisAngle(e, t) {
    return this.applyQuaternion(Ml.setFromAxisAngle(e, t));
  }
  applyMatrix3(e) {
    const t = this.x, n = this.y, i = this.z, s = e.elements;
    return this.x = s[0] * t + s[3] * n + s[6] * i, this.y = s[1] * t + s[4] * n + s[7] * i, this.z = s[2] * t + s[5] * n + s[8] * i, this;
  }
  applyNormalMatrix(e) {
    return this.applyMatrix3(e).normalize();
  }
  applyMatrix4(e) {
    const t = this.x, n = this.y, i = this.z, s = e.elements, o = 1 / (s[3] * t + s[7] * n + s[11] * i + s[15]);
    return this.x = (s[0] * t + s[4] * n + s[8] * i + s[12]) * o, this.y = (s[1] * t + s[5] * n + s[9] * i + s[13]) * o, this.z = (s[2] * t + s[6] * n + s[10] * i + s[14]) * o, this;
  }
  applyQuaternion(e) {
    const t = this.x, n = this.y, i = this.z, s = e.x, o = e.y, a = e.z, l = e.w, c = l * t + o * i - a * n, h = l * n + a * t - s * i, u = l * i + s * n - o * t, d = -s * t - o * n - a * i;
    return this.x = c * l + d * -s + h * -a - u * -o, this.y = h * l + d * -o + u * -s - c * -a, this.z = u * l + d * -a + c * -o - h * -s, this;
  }
  project(e) {
    return this.applyMatrix4(e.matrixWorldInverse).applyMatrix4(e.projectionMatrix);
  }
  unproject(e) {
    return this.applyMatrix4(e.projectionMatrixInverse).applyMatrix4(e.matrixWorld);
  }
  transformDirection(e) {
    const t = this.x, n = this.y, i = this.z, s = e.elements;
    return this.x = s[0] * t + s[4] * n + s[8] * i, this.y = s[1] * t + s[5] * n + s[9] * i, this.z = s[2] * t + s[6] * n + s[10] * i, this.normalize();
  }
  divide(e) {
    return this.x /= e.x, this.y /= e.y, this.z /= e.z, this;
  }
  divideScalar(e) {
    return this.multiplyScalar(1 / e);
  }
  min(e) {
    return this.x = Math.min(this.x, e.x), this.y = Math.min(this.y, e.y), this.z = Math.min(this.z, e.z), this;
  }
  max(e) {
    return this.x = Math.max(this.x, e.x), this.y = Math.max(this.y, e.y), this.z = Math.max(this.z, e.z), this;
  }
  clamp(e, t) {
    return this.x = Math.max(e.x, Math.min(t.x, this.x)), this.y = Math.max(e.y, Math.min(t.y, this.y)), this.z = Math.max(e.z, Math.min(t.z, this.z)), this;
  }
  clampScalar(e, t) {
    return this.x = Math.max(e, Math.min(t, this.x)), this.y = Math.max(e, Math.min(t, this.y)), this.z = Math.max(e, Math.min(t, this.z)), this;
  }
  clampLength(e, t) {
    const n = this.length();
    return this.divideScalar(n || 1).multiplyScalar(Math.max(e, Math.min(t, n)));
  }
  floor() {
    return this.x = Math.floor(this.x), this.y = Math.floor(this.y), this.z = Math.floor(this.z), this;
  }
  ceil() {
    return this.x = Math.ceil(this.x), this.y = Math.ceil(this.y), this.z = Math.ceil(this.z), this;
  }
  round() {
    return this.x = Math.round(this.x), this.y = Math.round(this.y), this.z = Math.round(this.z), this;
  }
  roundToZero() {
    return this.x = this.x < 0 ? Math.ceil(this.x) : Math.floor(this.x), this.y = this.y < 0 ? Math.ceil(this.y) : Math.floor(this.y), this.z = this.z < 0 ? Math.ceil(this.z) : Math.floor(this.z), this;
  }
  negate() {
    return this.x = -this.x, this.y = -this.y, this.z = -this.z, this;
  }
  dot(e) {
    return this.x * e.x + this.y * e.y + this.z * e.z;
  }
  // TODO lengthSquared?
  lengthSq() {
    return this.x * this.x + this.y * this.y + this.z * this.z;
  }
  length() {
    return Math.sqrt(this.x * this.x + this.y * this.y + this.z * this.z);
  }
  manhattanLength() {
    return Math.abs(this.x) + Math.abs(this.y) + Math.abs(this.z);
  }
  normalize() {
    return this.divideScalar(this.length() || 1);
  }
  setLength(e) {
    return this.normalize().multiplyScalar(e);
  }
  lerp(e, t) {
    return this.x += (e.x - this.x) * t, this.y += (e.y - this.y) * t, this.z += (e.z - this.z) * t, this;
  }
  lerpVectors(e, t, n) {
    return this.x = e.x + (t.x - e.x) * n, this.y = e.y + (t.y - e.y) * n, this.z = e.z + (t.z - e.z) * n, this;
  }
  cross(e, t) {
    return t !== void 0 ? (console.warn("THREE.Vector3: .cross() now only accepts one argument. Use .crossVectors( a, b ) instead."), this.crossVectors(e, t)) : this.crossVectors(this, e);
  }
  crossVectors(e, t) {
    const n = e.x, i = e.y, s = e.z, o = t.x, a = t.y, l = t.z;
    return this.x = i * l - s * a, this.y = s * o - n * l, this.z = n * a - i * o, this;
  }
  projectOnVector(e) {
    const t = e.lengthSq();
    if (t === 0) return this.set(0, 0, 0);
    const n = e.dot(this) / t;
    return this.copy(e).multiplyScalar(n);
  }
  projectOnPlane(e) {
    return no.copy(this).projectOnVector(e), this.sub(no);
  }
  reflect(e) {
    return this.sub(no.copy(e).multiplyScalar(2 * this.dot(e)));
  }
  angleTo(e) {
    const t = Math.sqrt(this.lengthSq() * e.lengthSq());
    if (t === 0) return Math.PI / 2;
    const n = this.dot(e) / t;
    return Math.acos(mt(n, -1, 1));
  }
  distanceTo(e) {
    return Math.sqrt(this.distanceToSquared(e));
  }
  distanceToSquared(e) {
    const t = this.x - e.x, n = this.y - e.y, i = this.z - e.z;
    return t * t + n * n + i * i;
  }
  manhattanDistanceTo(e) {
    return Math.abs(this.x - e.x) + Math.abs(this.y - e.y) + Math.abs(this.z - e.z);
  }
  setFromSpherical(e) {
    return this.setFromSphericalCoords(e.radius, e.phi, e.theta);
  }
  setFromSphericalCoords(e, t, n) {
    const i = Math.sin(t) * e;
    return this.x = i * Math.sin(n), this.y = Math.cos(t) * e, this.z = i * Math.cos(n), this;
  }
  setFromCylindrical(e) {
    return this.setFromCylindricalCoords(e.radius, e.theta, e.y);
  }
  setFromCylindricalCoords(e, t, n) {
    return this.x = e * Math.sin(t), this.y = n, this.z = e * Math.cos(t), this;
  }
  setFromMatrixPosition(e) {
    const t = e.elements;
    return this.x = t[12], this.y = t[13], this.z = t[14], this;
  }
  setFromMatrixScale(e) {
    const t = this.setFromMatrixColumn(e, 0).length(), n = this.setFromMatrixColumn(e, 1).length(), i = this.setFromMatrixColumn(e, 2).length();
    return this.x = t, this.y = n, this.z = i, this;
  }
  setFromMatrixColumn(e, t) {
    return this.fromArray(e.elements, t * 4);
  }
  setFromMatrix3Column(e, t) {
    return this.fromArray(e.elements, t * 3);
  }
  setFromEuler(e) {
    return this.x = e._x, this.y = e._y, this.z = e._z, this;
  }
  equals(e) {
    return e.x === this.x && e.y === this.y && e.z === this.z;
  }
  fromArray(e, t = 0) {
    return this.x = e[t], this.y = e[t + 1], this.z = e[t + 2], this;
  }
  toArray(e = [], t = 0) {
    return e[t] = this.x, e[t + 1] = this.y, e[t + 2] = this.z, e;
  }
  fromBufferAttribute(e, t, n) {
    return n !== void 0 && console.warn("THREE.Vector3: offset has been removed from .fromBufferAttribute()."), this.x = e.getX(t), this.y = e.getY(t), this.z = e.getZ(t), this;
  }
  random() {
    return this.x = Math.random(), this.y = Math.random(), this.z = Math.random(), this;
  }
  randomDirection() {
    const e = (Math.random() - 0.5) * 2, t = Math.random() * Math.PI * 2, n = Math.sqrt(1 - e ** 2);
    return this.x = n * Math.cos(t), this.y = n * Math.sin(t), this.z = e, this;
  }
  *[Symbol.iterator]() {
    yield this.x, yield this.y, yield this.z;
  }
}
M.prototype.isVector3 = !0;
const no = /* @__PURE__ */ new M(), Ml = /* @__PURE__ */ new Ke();
class vt {
  constructor(e = new M(1 / 0, 1 / 0, 1 / 0), t = new M(-1 / 0, -1 / 0, -1 / 0)) {
    this.min = e, this.max = t;
  }
  set(e, t) {
    return this.min.copy(e), this.max.copy(t), this;
  }
  setFromArray(e) {
    let t = 1 / 0, n = 1 / 0, i = 1 / 0, s = -1 / 0, o = -1 / 0, a = -1 / 0;
    for (let l = 0, c = e.length; l < c; l += 3) {
      const h = e[l], u = e[l + 1], d = e[l + 2];
      h < t && (t = h), u < n && (n = u), d < i && (i = d), h > s && (s = h), u > o && (o = u), d > a && (a = d);
    }
    return this.min.set(t, n, i), this.max.set(s, o, a), this;
  }
  setFromBufferAttribute(e) {
    let t = 1 / 0, n = 1 / 0, i = 1 / 0, s = -1 / 0, o = -1 / 0, a = -1 / 0;
    for (let l = 0, c = e.count; l < c; l++) {
      const h = e.getX(l), u = e.getY(l), d = e.getZ(l);
      h < t && (t = h), u < n && (n = u), d < i && (i = d), h > s && (s = h), u > o && (o = u), d > a && (a = d);
    }
    return this.min.set(t, n, i), this.max.set(s, o, a), this;
  }
  setFromPoints(e) {
    this.makeEmpty();
    for (let t = 0, n = e.length; t < n; t++)
      this.expandByPoint(e[t]);
    return this;
  }
  setFromCenterAndSize(e, t) {
    const n = Nn.copy(t).multiplyScalar(0.5);
    return this.min.copy(e).sub(n), this.max.copy(e).add(n), this;
  }
  setFromObject(e, t = !1) {
    return this.makeEmpty(), this.expandByObject(e, t);
  }
  clone() {
    return new this.constructor().copy(this);
  }
  copy(e) {
    return this.min.copy(e.min), this.max.copy(e.max), this;
  }
  makeEmpty() {
    return this.min.x = this.min.y = this.min.z = 1 / 0, this.max.x = this.max.y = this.max.z = -1 / 0, this;
  }
  isEmpty() {
    return this.max.x < this.min.x || this.max.y < this.min.y || this.max.z < this.min.z;
  }
  getCenter(e) {
    return this.isEmpty() ? e.set(0, 0, 0) : e.addVectors(this.min, this.max).multiplyScalar(0.5);
  }
  getSize(e) {
    return this.isEmpty() ? e.set(0, 0, 0) : e.subVectors(this.max, this.min);
  }
  expandByPoint(e) {
    return this.min.min(e), this.max.max(e), this;
  }
  expandByVector(e) {
    return this.min.sub(e), this.max.add(e), this;
  }
  expandByScalar(e) {
    return this.min.addScalar(-e), this.max.addScalar(e), this;
  }
  expandByObject(e, t = !1) {
    e.updateWorldMatrix(!1, !1);
    const n = e.geometry;
    if (n !== void 0)
      if (t && n.attributes != null && n.attributes.position !== void 0) {
        const s = n.attributes.position;
        for (let o = 0, a = s.count; o < a; o++)
          Nn.fromBufferAttribute(s, o).applyMatrix4(e.matrixWorld), this.expandByPoint(Nn);
      } else
        n.boundingBox === null && n.computeBoundingBox(), io.copy(n.boundingBox), io.applyMatrix4(e.matrixWorld), this.union(io);
    const i = e.children;
    for (let s = 0, o = i.length; s < o; s++)
      this.expandByObject(i[s], t);
    return this;
  }
  containsPoint(e) {
    return !(e.x < this.min.x || e.x > this.max.x || e.y < this.min.y || e.y > this.max.y || e.z < this.min.z || e.z > this.max.z);
  }
  containsBox(e) {
    return this.min.x <= e.min.x && e.max.x <= this.max.x && this.min.y <= e.min.y && e.max.y <= this.max.y && this.min.z <= e.min.z && e.max.z <= this.max.z;
  }
  getParameter(e, t) {
    return t.set(
      (e.x - this.min.x) / (this.max.x - this.min.x),
      (e.y - this.min.y) / (this.max.y - this.min.y),
      (e.z - this.min.z) / (this.max.z - this.min.z)
    );
  }
  intersectsBox(e) {
    return !(e.max.x < this.min.x || e.min.x > this.max.x || e.max.y < this.min.y || e.min.y > this.max.y || e.max.z < this.min.z || e.min.z > this.max.z);
  }
  intersectsSphere(e) {
    return this.clampPoint(e.center, Nn), Nn.distanceToSquared(e.center) <= e.radius * e.radius;
  }
  intersectsPlane(e) {
    let t, n;
    return e.normal.x > 0 ? (t = e.normal.x * this.min.x, n = e.normal.x * this.max.x) : (t = e.normal.x * this.max.x, n = e.normal.x * this.min.x), e.normal.y > 0 ? (t += e.normal.y * this.min.y, n += e.normal.y * this.max.y) : (t += e.normal.y * this.max.y, n += e.normal.y * this.min.y), e.normal.z > 0 ? (t += e.normal.z * this.min.z, n += e.normal.z * this.max.z) : (t += e.normal.z * this.max.z, n += e.normal.z * this.min.z), t <= -e.constant && n >= -e.constant;
  }
  intersectsTriangle(e) {
    if (this.isEmpty())
      return !1;
    this.getCenter(Xi), Rs.subVectors(this.max, Xi), ei.subVectors(e.a, Xi), ti.subVectors(e.b, Xi), ni.subVectors(e.c, Xi), gn.subVectors(ti, ei), yn.subVectors(ni, ti), On.subVectors(ei, ni);
    let t = [
      0,
      -gn.z,
      gn.y,
      0,
      -yn.z,
      yn.y,
      0,
      -On.z,
      On.y,
      gn.z,
      0,
      -gn.x,
      yn.z,
      0,
      -yn.x,
      On.z,
      0,
      -On.x,
      -gn.y,
      gn.x,
      0,
      -yn.y,
      yn.x,
      0,
      -On.y,
      On.x,
      0
    ];
    return !so(t, ei, ti, ni, Rs) || (t = [1, 0, 0, 0, 1, 0, 0, 0, 1], !so(t, ei, ti, ni, Rs)) ? !1 : (Ps.crossVectors(gn, yn), t = [Ps.x, Ps.y, Ps.z], so(t, ei, ti, ni, Rs));
  }
  clampPoint(e, t) {
    return t.copy(e).clamp(this.min, this.max);
  }
  distanceToPoint(e) {
    return Nn.copy(e).clamp(this.min, this.max).sub(e).length();
  }
  getBoundingSphere(e) {
    return this.getCenter(e.center), e.radius = this.getSize(Nn).length() * 0.5, e;
  }
  intersect(e) {
    return this.min.max(e.min), this.max.min(e.max), this.isEmpty() && this.makeEmpty(), this;
  }
  union(e) {
    return this.min.min(e.min), this.max.max(e.max), this;
  }
  applyMatrix4(e) {
    return this.isEmpty() ? this : (nn[0].set(this.min.x, this.min.y, this.min.z).applyMatrix4(e), nn[1].set(this.min.x, this.min.y, this.max.z).applyMatrix4(e), nn[2].set(this.min.x, this.max.y, this.min.z).applyMatrix4(e), nn[3].set(this.min.x, this.max.y, this.max.z).applyMatrix4(e), nn[4].set(this.max.x, this.min.y, this.min.z).applyMatrix4(e), nn[5].set(this.max.x, this.min.y, this.max.z).applyMatrix4(e), nn[6].set(this.max.x, this.max.y, this.min.z).applyMatrix4(e), nn[7].set(this.max.x, this.max.y, this.max.z).applyMatrix4(e), this.setFromPoints(nn), this);
  }
  translate(e) {
    return this.min.add(e), this.max.add(e), this;
  }
  equals(e) {
    return e.min.equals(this.min) && e.max.equals(this.max);
  }
}
vt.prototype.isBox3 = !0;
const nn = [
  /* @__PURE__ */ new M(),
  /* @__PURE__ */ new M(),
  /* @__PURE__ */ new M(),
  /* @__PURE__ */ new M(),
  /* @__PURE__ */ new M(),
  /* @__PURE__ */ new M(),
  /* @__PURE__ */ new M(),
  /* @__PURE__ */ new M()
], Nn = /* @__PURE__ */ new M(), io = /* @__PURE__ */ new vt(), ei = /* @__PURE__ */ new M(), ti = /* @__PURE__ */ new M(), ni = /* @__PURE__ */ new M(), gn = /* @__PURE__ */ new M(), yn = /* @__PURE__ */ new M(), On = /* @__PURE__ */ new M(), Xi = /* @__PURE__ */ new M(), Rs = /* @__PURE__ */ new M(), Ps = /* @__PURE__ */ new M(), zn = /* @__PURE__ */ new M();
function so(r, e, t, n, i) {
  for (let s = 0, o = r.length - 3; s <= o; s += 3) {
    zn.fromArray(r, s);
    const a = i.x * Math.abs(zn.x) + i.y * Math.abs(zn.y) + i.z * Math.abs(zn.z), l = e.dot(zn), c = t.dot(zn), h = n.dot(zn);
    if (Math.max(-Math.max(l, c, h), Math.min(l, c, h)) > a)
      return !1;
  }
  return !0;
}
const Gd = /* @__PURE__ */ new vt(), Sl = /* @__PURE__ */ new M(), Is = /* @__PURE__ */ new M(), ro = /* @__PURE__ */ new M();
class Bi {
  constructor(e = new M(), t = -1) {
    this.center = e, this.radius = t;
  }
  set(e, t) {
    return this.center.copy(e), this.radius = t, this;
  }
  setFromPoints(e, t) {
    const n = this.center;
    t !== void 0 ? n.copy(t) : Gd.setFromPoints(e).getCenter(n);
    let i = 0;
    for (let s = 0, o = e.length; s < o; s++)
      i = Math.max(i, n.distanceToSquared(e[s]));
    return this.radius = Math.sqrt(i), this;
  }
  copy(e) {
    return this.center.copy(e.center), this.radius = e.radius, this;
  }
  isEmpty() {
    return this.radius < 0;
  }
  makeEmpty() {
    return this.center.set(0, 0, 0), this.radius = -1, this;
  }
  containsPoint(e) {
    return e.distanceToSquared(this.center) <= this.radius * this.radius;
  }
  distanceToPoint(e) {
    return e.distanceTo(this.center) - this.radius;
  }
  intersectsSphere(e) {
    const t = this.radius + e.radius;
    return e.center.distanceToSquared(this.center) <= t * t;
  }
  intersectsBox(e) {
    return e.intersectsSphere(this);
  }
  intersectsPlane(e) {
    return Math.abs(e.distanceToPoint(this.center)) <= this.radius;
  }
  clampPoint(e, t) {
    const n = this.center.distanceToSquared(e);
    return t.copy(e), n > this.radius * this.radius && (t.sub(this.center).normalize(), t.multiplyScalar(this.radius).add(this.center)), t;
  }
  getBoundingBox(e) {
    return this.isEmpty() ? (e.makeEmpty(), e) : (e.set(this.center, this.center), e.expandByScalar(this.radius), e);
  }
  applyMatrix4(e) {
    return this.center.applyMatrix4(e), this.radius = this.radius * e.getMaxScaleOnAxis(), this;
  }
  translate(e) {
    return this.center.add(e), this;
  }
  expandByPoint(e) {
    ro.subVectors(e, this.center);
    const t = ro.lengthSq();
    if (t > this.radius * this.radius) {
      const n = Math.sqrt(t), i = (n - this.radius) * 0.5;
      this.center.add(ro.multiplyScalar(i / n)), this.radius += i;
    }
    return this;
  }
  union(e) {
    return this.center.equals(e.center) === !0 ? Is.set(0, 0, 1).multiplyScalar(e.radius) : Is.subVectors(e.center, this.center).normalize().multiplyScalar(e.radius), this.expandByPoint(Sl.copy(e.center).add(Is)), this.expandByPoint(Sl.copy(e.center).sub(Is)), this;
  }
  equals(e) {
    return e.center.equals(this.center) && e.radius === this.radius;
  }
  clone() {
    return new this.constructor().copy(this);
  }
}
const sn = /* @__PURE__ */ new M(), oo = /* @__PURE__ */ new M(), Ds = /* @__PURE__ */ new M(), vn = /* @__PURE__ */ new M(), ao = /* @__PURE__ */ new M(), Ns = /* @__PURE__ */ new M(), lo = /* @__PURE__ */ new M();
class Xn {
  constructor(e = new M(), t = new M(0, 0, -1)) {
    this.origin = e, this.direction = t;
  }
  set(e, t) {
    return this.origin.copy(e), this.direction.copy(t), this;
  }
  copy(e) {
    return this.origin.copy(e.origin), this.direction.copy(e.direction), this;
  }
  at(e, t) {
    return t.copy(this.direction).multiplyScalar(e).add(this.origin);
  }
  lookAt(e) {
    return this.direction.copy(e).sub(this.origin).normalize(), this;
  }
  recast(e) {
    return this.origin.copy(this.at(e, sn)), this;
  }
  closestPointToPoint(e, t) {
    t.subVectors(e, this.origin);
    const n = t.dot(this.direction);
    return n < 0 ? t.copy(this.origin) : t.copy(this.direction).multiplyScalar(n).add(this.origin);
  }
  distanceToPoint(e) {
    return Math.sqrt(this.distanceSqToPoint(e));
  }
  distanceSqToPoint(e) {
    const t = sn.subVectors(e, this.origin).dot(this.direction);
    return t < 0 ? this.origin.distanceToSquared(e) : (sn.copy(this.direction).multiplyScalar(t).add(this.origin), sn.distanceToSquared(e));
  }
  distanceSqToSegment(e, t, n, i) {
    oo.copy(e).add(t).multiplyScalar(0.5), Ds.copy(t).sub(e).normalize(), vn.copy(this.origin).sub(oo);
    const s = e.distanceTo(t) * 0.5, o = -this.direction.dot(Ds), a = vn.dot(this.direction), l = -vn.dot(Ds), c = vn.lengthSq(), h = Math.abs(1 - o * o);
    let u, d, f, g;
    if (h > 0)
      if (u = o * l - a, d = o * a - l, g = s * h, u >= 0)
        if (d >= -g)
          if (d <= g) {
            const p = 1 / h;
            u *= p, d *= p, f = u * (u + o * d + 2 * a) + d * (o * u + d + 2 * l) + c;
          } else
            d = s, u = Math.max(0, -(o * d + a)), f = -u * u + d * (d + 2 * l) + c;
        else
          d = -s, u = Math.max(0, -(o * d + a)), f = -u * u + d * (d + 2 * l) + c;
      else
        d <= -g ? (u = Math.max(0, -(-o * s + a)), d = u > 0 ? -s : Math.min(Math.max(-s, -l), s), f = -u * u + d * (d + 2 * l) + c) : d <= g ? (u = 0, d = Math.min(Math.max(-s, -l), s), f = d * (d + 2 * l) + c) : (u = Math.max(0, -(o * s + a)), d = u > 0 ? s : Math.min(Math.max(-s, -l), s), f = -u * u + d * (d + 2 * l) + c);
    else
      d = o > 0 ? -s : s, u = Math.max(0, -(o * d + a)), f = -u * u + d * (d + 2 * l) + c;
    return n && n.copy(this.direction).multiplyScalar(u).add(this.origin), i && i.copy(Ds).multiplyScalar(d).add(oo), f;
  }
  intersectSphere(e, t) {
    sn.subVectors(e.center, this.origin);
    const n = sn.dot(this.direction), i = sn.dot(sn) - n * n, s = e.radius * e.radius;
    if (i > s) return null;
    const o = Math.sqrt(s - i), a = n - o, l = n + o;
    return a < 0 && l < 0 ? null : a < 0 ? this.at(l, t) : this.at(a, t);
  }
  intersectsSphere(e) {
    return this.distanceSqToPoint(e.center) <= e.radius * e.radius;
  }
  distanceToPlane(e) {
    const t = e.normal.dot(this.direction);
    if (t === 0)
      return e.distanceToPoint(this.origin) === 0 ? 0 : null;
    const n = -(this.origin.dot(e.normal) + e.constant) / t;
    return n >= 0 ? n : null;
  }
  intersectPlane(e, t) {
    const n = this.distanceToPlane(e);
    return n === null ? null : this.at(n, t);
  }
  intersectsPlane(e) {
    const t = e.distanceToPoint(this.origin);
    return t === 0 || e.normal.dot(this.direction) * t < 0;
  }
  intersectBox(e, t) {
    let n, i, s, o, a, l;
    const c = 1 / this.direction.x, h = 1 / this.direction.y, u = 1 / this.direction.z, d = this.origin;
    return c >= 0 ? (n = (e.min.x - d.x) * c, i = (e.max.x - d.x) * c) : (n = (e.max.x - d.x) * c, i = (e.min.x - d.x) * c), h >= 0 ? (s = (e.min.y - d.y) * h, o = (e.max.y - d.y) * h) : (s = (e.max.y - d.y) * h, o = (e.min.y - d.y) * h), n > o || s > i || ((s > n || n !== n) && (n = s), (o < i || i !== i) && (i = o), u >= 0 ? (a = (e.min.z - d.z) * u, l = (e.max.z - d.z) * u) : (a = (e.max.z - d.z) * u, l = (e.min.z - d.z) * u), n > l || a > i) || ((a > n || n !== n) && (n = a), (l < i || i !== i) && (i = l), i < 0) ? null : this.at(n >= 0 ? n : i, t);
  }
  intersectsBox(e) {
    return this.intersectBox(e, sn) !== null;
  }
  intersectTriangle(e, t, n, i, s) {
    ao.subVectors(t, e), Ns.subVectors(n, e), lo.crossVectors(ao, Ns);
    let o = this.direction.dot(lo), a;
    if (o > 0) {
      if (i) return null;
      a = 1;
    } else if (o < 0)
      a = -1, o = -o;
    else
      return null;
    vn.subVectors(this.origin, e);
    const l = a * this.direction.dot(Ns.crossVectors(vn, Ns));
    if (l < 0)
      return null;
    const c = a * this.direction.dot(ao.cross(vn));
    if (c < 0 || l + c > o)
      return null;
    const h = -a * vn.dot(lo);
    return h < 0 ? null : this.at(h / o, s);
  }
  applyMatrix4(e) {
    return this.origin.applyMatrix4(e), this.direction.transformDirection(e), this;
  }
  equals(e) {
    return e.origin.equals(this.origin) && e.direction.equals(this.direction);
  }
  clone() {
    return new this.constructor().copy(this);
  }
}
class Ee {
  constructor() {
    this.elements = [
      1,
      0,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      0,
      1
    ], arguments.length > 0 && console.error("THREE.Matrix4: the constructor no longer reads arguments. use .set() instead.");
  }
  set(e, t, n, i, s, o, a, l, c, h, u, d, f, g, p, m) {
    const y = this.elements;
    return y[0] = e, y[4] = t, y[8] = n, y[12] = i, y[1] = s, y[5] = o, y[9] = a, y[13] = l, y[2] = c, y[6] = h, y[10] = u, y[14] = d, y[3] = f, y[7] = g, y[11] = p, y[15] = m, this;
  }
  identity() {
    return this.set(
      1,
      0,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      0,
      1
    ), this;
  }
  clone() {
    return new Ee().fromArray(this.elements);
  }
  copy(e) {
    const t = this.elements, n = e.elements;
    return t[0] = n[0], t[1] = n[1], t[2] = n[2], t[3] = n[3], t[4] = n[4], t[5] = n[5], t[6] = n[6], t[7] = n[7], t[8] = n[8], t[9] = n[9], t[10] = n[10], t[11] = n[11], t[12] = n[12], t[13] = n[13], t[14] = n[14], t[15] = n[15], this;
  }
  copyPosition(e) {
    const t = this.elements, n = e.elements;
    return t[12] = n[12], t[13] = n[13], t[14] = n[14], this;
  }
  setFromMatrix3(e) {
    const t = e.elements;
    return this.set(
      t[0],
      t[3],
      t[6],
      0,
      t[1],
      t[4],
      t[7],
      0,
      t[2],
      t[5],
      t[8],
      0,
      0,
      0,
      0,
      1
    ), this;
  }
  extractBasis(e, t, n) {
    return e.setFromMatrixColumn(this, 0), t.setFromMatrixColumn(this, 1), n.setFromMatrixColumn(this, 2), this;
  }
  makeBasis(e, t, n) {
    return this.set(
      e.x,
      t.x,
      n.x,
      0,
      e.y,
      t.y,
      n.y,
      0,
      e.z,
      t.z,
      n.z,
      0,
      0,
      0,
      0,
      1
    ), this;
  }
  extractRotation(e) {
    const t = this.elements, n = e.elements, i = 1 / ii.setFromMatrixColumn(e, 0).length(), s = 1 / ii.setFromMatrixColumn(e, 1).length(), o = 1 / ii.setFromMatrixColumn(e, 2).length();
    return t[0] = n[0] * i, t[1] = n[1] * i, t[2] = n[2] * i, t[3] = 0, t[4] = n[4] * s, t[5] = n[5] * s, t[6] = n[6] * s, t[7] = 0, t[8] = n[8] * o, t[9] = n[9] * o, t[10] = n[10] * o, t[11] = 0, t[12] = 0, t[13] = 0, t[14] = 0, t[15] = 1, this;
  }
  makeRotationFromEuler(e) {
    e && e.isEuler || console.error("THREE.Matrix4: .makeRotationFromEuler() now expects a Euler rotation rather than a Vector3 and order.");
    const t = this.elements, n = e.x, i = e.y, s = e.z, o = Math.cos(n), a = Math.sin(n), l = Math.cos(i), c = Math.sin(i), h = Math.cos(s), u = Math.sin(s);
    if (e.order === "XYZ") {
      const d = o * h, f = o * u, g = a * h, p = a * u;
      t[0] = l * h, t[4] = -l * u, t[8] = c, t[1] = f + g * c, t[5] = d - p * c, t[9] = -a * l, t[2] = p - d * c, t[6] = g + f * c, t[10] = o * l;
    } else if (e.order === "YXZ") {
      const d = l * h, f = l * u, g = c * h, p = c * u;
      t[0] = d + p * a, t[4] = g * a - f, t[8] = o * c, t[1] = o * u, t[5] = o * h, t[9] = -a, t[2] = f * a - g, t[6] = p + d * a, t[10] = o * l;
    } else if (e.order === "ZXY") {
      const d = l * h, f = l * u, g = c * h, p = c * u;
      t[0] = d - p * a, t[4] = -o * u, t[8] = g + f * a, t[1] = f + g * a, t[5] = o * h, t[9] = p - d * a, t[2] = -o * c, t[6] = a, t[10] = o * l;
    } else if (e.order === "ZYX") {
      const d = o * h, f = o * u, g = a * h, p = a * u;
      t[0] = l * h, t[4] = g * c - f, t[8] = d * c + p, t[1] = l * u, t[5] = p * c + d, t[9] = f * c - g, t[2] = -c, t[6] = a * l, t[10] = o * l;
    } else if (e.order === "YZX") {
      const d = o * l, f = o * c, g = a * l, p = a * c;
      t[0] = l * h, t[4] = p - d * u, t[8] = g * u + f, t[1] = u, t[5] = o * h, t[9] = -a * h, t[2] = -c * h, t[6] = f * u + g, t[10] = d - p * u;
    } else if (e.order === "XZY") {
      const d = o * l, f = o * c, g = a * l, p = a * c;
      t[0] = l * h, t[4] = -u, t[8] = c * h, t[1] = d * u + p, t[5] = o * h, t[9] = f * u - g, t[2] = g * u - f, t[6] = a * h, t[10] = p * u + d;
    }
    return t[3] = 0, t[7] = 0, t[11] = 0, t[12] = 0, t[13] = 0, t[14] = 0, t[15] = 1, this;
  }
  makeRotationFromQuaternion(e) {
    return this.compose(Wd, e, jd);
  }
  lookAt(e, t, n) {
    const i = this.elements;
    return Tt.subVectors(e, t), Tt.lengthSq() === 0 && (Tt.z = 1), Tt.normalize(), xn.crossVectors(n, Tt), xn.lengthSq() === 0 && (Math.abs(n.z) === 1 ? Tt.x += 1e-4 : Tt.z += 1e-4, Tt.normalize(), xn.crossVectors(n, Tt)), xn.normalize(), Os.crossVectors(Tt, xn), i[0] = xn.x, i[4] = Os.x, i[8] = Tt.x, i[1] = xn.y, i[5] = Os.y, i[9] = Tt.y, i[2] = xn.z, i[6] = Os.z, i[10] = Tt.z, this;
  }
  multiply(e, t) {
    return t !== void 0 ? (console.warn("THREE.Matrix4: .multiply() now only accepts one argument. Use .multiplyMatrices( a, b ) instead."), this.multiplyMatrices(e, t)) : this.multiplyMatrices(this, e);
  }
  premultiply(e) {
    return this.multiplyMatrices(e, this);
  }
  multiplyMatrices(e, t) {
    const n = e.elements, i = t.elements, s = this.elements, o = n[0], a = n[4], l = n[8], c = n[12], h = n[1], u = n[5], d = n[9], f = n[13], g = n[2], p = n[6], m = n[10], y = n[14], _ = n[3], S = n[7], w = n[11], x = n[15], L = i[0], D = i[4], T = i[8], N = i[12], P = i[1], b = i[5], R = i[9], $ = i[13], z = i[2], X = i[6], G = i[10], q = i[14], O = i[3], ne = i[7], Q = i[11], ue = i[15];
    return s[0] = o * L + a * P + l * z + c * O, s[4] = o * D + a * b + l * X + c * ne, s[8] = o * T + a * R + l * G + c * Q, s[12] = o * N + a * $ + l * q + c * ue, s[1] = h * L + u * P + d * z + f * O, s[5] = h * D + u * b + d * X + f * ne, s[9] = h * T + u * R + d * G + f * Q, s[13] = h * N + u * $ + d * q + f * ue, s[2] = g * L + p * P + m * z + y * O, s[6] = g * D + p * b + m * X + y * ne, s[10] = g * T + p * R + m * G + y * Q, s[14] = g * N + p * $ + m * q + y * ue, s[3] = _ * L + S * P + w * z + x * O, s[7] = _ * D + S * b + w * X + x * ne, s[11] = _ * T + S * R + w * G + x * Q, s[15] = _ * N + S * $ + w * q + x * ue, this;
  }
  multiplyScalar(e) {
    const t = this.elements;
    return t[0] *= e, t[4] *= e, t[8] *= e, t[12] *= e, t[1] *= e, t[5] *= e, t[9] *= e, t[13] *= e, t[2] *= e, t[6] *= e, t[10] *= e, t[14] *= e, t[3] *= e, t[7] *= e, t[11] *= e, t[15] *= e, this;
  }
  determinant() {
    const e = this.elements, t = e[0], n = e[4], i = e[8], s = e[12], o = e[1], a = e[5], l = e[9], c = e[13], h = e[2], u = e[6], d = e[10], f = e[14], g = e[3], p = e[7], m = e[11], y = e[15];
    return g * (+s * l * u - i * c * u - s * a * d + n * c * d + i * a * f - n * l * f) + p * (+t * l * f - t * c * d + s * o * d - i * o * f + i * c * h - s * l * h) + m * (+t * c * u - t * a * f - s * o * u + n * o * f + s * a * h - n * c * h) + y * (-i * a * h - t * l * u + t * a * d + i * o * u - n * o * d + n * l * h);
  }
  transpose() {
    const e = this.elements;
    let t;
    return t = e[1], e[1] = e[4], e[4] = t, t = e[2], e[2] = e[8], e[8] = t, t = e[6], e[6] = e[9], e[9] = t, t = e[3], e[3] = e[12], e[12] = t, t = e[7], e[7] = e[13], e[13] = t, t = e[11], e[11] = e[14], e[14] = t, this;
  }
  setPosition(e, t, n) {
    const i = this.elements;
    return e.isVector3 ? (i[12] = e.x, i[13] = e.y, i[14] = e.z) : (i[12] = e, i[13] = t, i[14] = n), this;
  }
  invert() {
    const e = this.elements, t = e[0], n = e[1], i = e[2], s = e[3], o = e[4], a = e[5], l = e[6], c = e[7], h = e[8], u = e[9], d = e[10], f = e[11], g = e[12], p = e[13], m = e[14], y = e[15], _ = u * m * c - p * d * c + p * l * f - a * m * f - u * l * y + a * d * y, S = g * d * c - h * m * c - g * l * f + o * m * f + h * l * y - o * d * y, w = h * p * c - g * u * c + g * a * f - o * p * f - h * a * y + o * u * y, x = g * u * l - h * p * l - g * a * d + o * p * d + h * a * m - o * u * m, L = t * _ + n * S + i * w + s * x;
    if (L === 0) return this.set(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    const D = 1 / L;
    return e[0] = _ * D, e[1] = (p * d * s - u * m * s - p * i * f + n * m * f + u * i * y - n * d * y) * D, e[2] = (a * m * s - p * l * s + p * i * c - n * m * c - a * i * y + n * l * y) * D, e[3] = (u * l * s - a * d * s - u * i * c + n * d * c + a * i * f - n * l * f) * D, e[4] = S * D, e[5] = (h * m * s - g * d * s + g * i * f - t * m * f - h * i * y + t * d * y) * D, e[6] = (g * l * s - o * m * s - g * i * c + t * m * c + o * i * y - t * l * y) * D, e[7] = (o * d * s - h * l * s + h * i * c - t * d * c - o * i * f + t * l * f) * D, e[8] = w * D, e[9] = (g * u * s - h * p * s - g * n * f + t * p * f + h * n * y - t * u * y) * D, e[10] = (o * p * s - g * a * s + g * n * c - t * p * c - o * n * y + t * a * y) * D, e[11] = (h * a * s - o * u * s - h * n * c + t * u * c + o * n * f - t * a * f) * D, e[12] = x * D, e[13] = (h * p * i - g * u * i + g * n * d - t * p * d - h * n * m + t * u * m) * D, e[14] = (g * a * i - o * p * i - g * n * l + t * p * l + o * n * m - t * a * m) * D, e[15] = (o * u * i - h * a * i + h * n * l - t * u * l - o * n * d + t * a * d) * D, this;
  }
  scale(e) {
    const t = this.elements, n = e.x, i = e.y, s = e.z;
    return t[0] *= n, t[4] *= i, t[8] *= s, t[1] *= n, t[5] *= i, t[9] *= s, t[2] *= n, t[6] *= i, t[10] *= s, t[3] *= n, t[7] *= i, t[11] *= s, this;
  }
  getMaxScaleOnAxis() {
    const e = this.elements, t = e[0] * e[0] + e[1] * e[1] + e[2] * e[2], n = e[4] * e[4] + e[5] * e[5] + e[6] * e[6], i = e[8] * e[8] + e[9] * e[9] + e[10] * e[10];
    return Math.sqrt(Math.max(t, n, i));
  }
  makeTranslation(e, t, n) {
    return this.set(
      1,
      0,
      0,
      e,
      0,
      1,
      0,
      t,
      0,
      0,
      1,
      n,
      0,
      0,
      0,
      1
    ), this;
  }
  makeRotationX(e) {
    const t = Math.cos(e), n = Math.sin(e);
    return this.set(
      1,
      0,
      0,
      0,
      0,
      t,
      -n,
      0,
      0,
      n,
      t,
      0,
      0,
      0,
      0,
      1
    ), this;
  }
  makeRotationY(e) {
    const t = Math.cos(e), n = Math.sin(e);
    return this.set(
      t,
      0,
      n,
      0,
      0,
      1,
      0,
      0,
      -n,
      0,
      t,
      0,
      0,
      0,
      0,
      1
    ), this;
  }
  makeRotationZ(e) {
    const t = Math.cos(e), n = Math.sin(e);
    return this.set(
      t,
      -n,
      0,
      0,
      n,
      t,
      0,
      0,
      0,
      0,
      1,
      0,
      0,
      0,
      0,
      1
    ), this;
  }
  makeRotationAxis(e, t) {
    const n = Math.cos(t), i = Math.sin(t), s = 1 - n, o = e.x, a = e.y, l = e.z, c = s * o, h = s * a;
    return this.set(
      c * o + n,
      c * a - i * l,
      c * l + i * a,
      0,
      c * a + i * l,
      h * a + n,
      h * l - i * o,
      0,
      c * l - i * a,
      h * l + i * o,
      s * l * l + n,
      0,
      0,
      0,
      0,
      1
    ), this;
  }
  makeScale(e, t, n) {
    return this.set(
      e,
      0,
      0,
      0,
      0,
      t,
      0,
      0,
      0,
      0,
      n,
      0,
      0,
      0,
      0,
      1
    ), this;
  }
  makeShear(e, t, n, i, s, o) {
    return this.set(
      1,
      n,
      s,
      0,
      e,
      1,
      o,
      0,
      t,
      i,
      1,
      0,
      0,
      0,
      0,
      1
    ), this;
  }
  compose(e, t, n) {
    const i = this.elements, s = t._x, o = t._y, a = t._z, l = t._w, c = s + s, h = o + o, u = a + a, d = s * c, f = s * h, g = s * u, p = o * h, m = o * u, y = a * u, _ = l * c, S = l * h, w = l * u, x = n.x, L = n.y, D = n.z;
    return i[0] = (1 - (p + y)) * x, i[1] = (f + w) * x, i[2] = (g - S) * x, i[3] = 0, i[4] = (f - w) * L, i[5] = (1 - (d + y)) * L, i[6] = (m + _) * L, i[7] = 0, i[8] = (g + S) * D, i[9] = (m - _) * D, i[10] = (1 - (d + p)) * D, i[11] = 0, i[12] = e.x, i[13] = e.y, i[14] = e.z, i[15] = 1, this;
  }
  decompose(e, t, n) {
    const i = this.elements;
    let s = ii.set(i[0], i[1], i[2]).length();
    const o = ii.set(i[4], i[5], i[6]).length(), a = ii.set(i[8], i[9], i[10]).length();
    this.determinant() < 0 && (s = -s), e.x = i[12], e.y = i[13], e.z = i[14], kt.copy(this);
    const c = 1 / s, h = 1 / o, u = 1 / a;
    return kt.elements[0] *= c, kt.elements[1] *= c, kt.elements[2] *= c, kt.elements[4] *= h, kt.elements[5] *= h, kt.elements[6] *= h, kt.elements[8] *= u, kt.elements[9] *= u, kt.elements[10] *= u, t.setFromRotationMatrix(kt), n.x = s, n.y = o, n.z = a, this;
  }
  makePerspective(e, t, n, i, s, o) {
    o === void 0 && console.warn("THREE.Matrix4: .makePerspective() has been redefined and has a new signature. Please check the docs.");
    const a = this.elements, l = 2 * s / (t - e), c = 2 * s / (n - i), h = (t + e) / (t - e), u = (n + i) / (n - i), d = -(o + s) / (o - s), f = -2 * o * s / (o - s);
    return a[0] = l, a[4] = 0, a[8] = h, a[12] = 0, a[1] = 0, a[5] = c, a[9] = u, a[13] = 0, a[2] = 0, a[6] = 0, a[10] = d, a[14] = f, a[3] = 0, a[7] = 0, a[11] = -1, a[15] = 0, this;
  }
  makeOrthographic(e, t, n, i, s, o) {
    const a = this.elements, l = 1 / (t - e), c = 1 / (n - i), h = 1 / (o - s), u = (t + e) * l, d = (n + i) * c, f = (o + s) * h;
    return a[0] = 2 * l, a[4] = 0, a[8] = 0, a[12] = -u, a[1] = 0, a[5] = 2 * c, a[9] = 0, a[13] = -d, a[2] = 0, a[6] = 0, a[10] = -2 * h, a[14] = -f, a[3] = 0, a[7] = 0, a[11] = 0, a[15] = 1, this;
  }
  equals(e) {
    const t = this.elements, n = e.elements;
    for (let i = 0; i < 16; i++)
      if (t[i] !== n[i]) return !1;
    return !0;
  }
  fromArray(e, t = 0) {
    for (let n = 0; n < 16; n++)
      this.elements[n] = e[n + t];
    return this;
  }
  toArray(e = [], t = 0) {
    const n = this.elements;
    return e[t] = n[0], e[t + 1] = n[1], e[t + 2] = n[2], e[t + 3] = n[3], e[t + 4] = n[4], e[t + 5] = n[5], e[t + 6] = n[6], e[t + 7] = n[7], e[t + 8] = n[8], e[t + 9] = n[9], e[t + 10] = n[10], e[t + 11] = n[11], e[t + 12] = n[12], e[t + 13] = n[13], e[t + 14] = n[14], e[t + 15] = n[15], e;
  }
}
Ee.prototype.isMatrix4 = !0;
const ii = /* @__PURE__ */ new M(), kt = /* @__PURE__ */ new Ee(), Wd = /* @__PURE__ */ new M(0, 0, 0), jd = /* @__PURE__ */ new M(1, 1, 1), xn = /* @__PURE__ */ new M(), Os = /* @__PURE__ */ new M(), Tt = /* @__PURE__ */ new M(), El = /* @__PURE__ */ new Ee(), Tl = /* @__PURE__ */ new Ke();
class Yn {
  constructor(e = 0, t = 0, n = 0, i = Yn.DefaultOrder) {
    this._x = e, this._y = t, this._z = n, this._order = i;
  }
  get x() {
    return this._x;
  }
  set x(e) {
    this._x = e, this._onChangeCallback();
  }
  get y() {
    return this._y;
  }
  set y(e) {
    this._y = e, this._onChangeCallback();
  }
  get z() {
    return this._z;
  }
  set z(e) {
    this._z = e, this._onChangeCallback();
  }
  get order() {
    return this._order;
  }
  set order(e) {
    this._order = e, this._onChangeCallback();
  }
  set(e, t, n, i = this._order) {
    return this._x = e, this._y = t, this._z = n, this._order = i, this._onChangeCallback(), this;
  }
  clone() {
    return new this.constructor(this._x, this._y, this._z, this._order);
  }
  copy(e) {
    return this._x = e._x, this._y = e._y, this._z = e._z, this._order = e._order, this._onChangeCallback(), this;
  }
  setFromRotationMatrix(e, t = this._order, n = !0) {
    const i = e.elements, s = i[0], o = i[4], a = i[8], l = i[1], c = i[5], h = i[9], u = i[2], d = i[6], f = i[10];
    switch (t) {
      case "XYZ":
        this._y = Math.asin(mt(a, -1, 1)), Math.abs(a) < 0.9999999 ? (this._x = Math.atan2(-h, f), this._z = Math.atan2(-o, s)) : (this._x = Math.atan2(d, c), this._z = 0);
        break;
      case "YXZ":
        this._x = Math.asin(-mt(h, -1, 1)), Math.abs(h) < 0.9999999 ? (this._y = Math.atan2(a, f), this._z = Math.atan2(l, c)) : (this._y = Math.atan2(-u, s), this._z = 0);
        break;
      case "ZXY":
        this._x = Math.asin(mt(d, -1, 1)), Math.abs(d) < 0.9999999 ? (this._y = Math.atan2(-u, f), this._z = Math.atan2(-o, c)) : (this._y = 0, this._z = Math.atan2(l, s));
        break;
      case "ZYX":
        this._y = Math.asin(-mt(u, -1, 1)), Math.abs(u) < 0.9999999 ? (this._x = Math.atan2(d, f), this._z = Math.atan2(l, s)) : (this._x = 0, this._z = Math.atan2(-o, c));
        break;
      case "YZX":
        this._z = Math.asin(mt(l, -1, 1)), Math.abs(l) < 0.9999999 ? (this._x = Math.atan2(-h, c), this._y = Math.atan2(-u, s)) : (this._x = 0, this._y = Math.atan2(a, f));
        break;
      case "XZY":
        this._z = Math.asin(-mt(o, -1, 1)), Math.abs(o) < 0.9999999 ? (this._x = Math.atan2(d, c), this._y = Math.atan2(a, s)) : (this._x = Math.atan2(-h, f), this._y = 0);
        break;
      default:
        console.warn("THREE.Euler: .setFromRotationMatrix() encountered an unknown order: " + t);
    }
    return this._order = t, n === !0 && this._onChangeCallback(), this;
  }
  setFromQuaternion(e, t, n) {
    return El.makeRotationFromQuaternion(e), this.setFromRotationMatrix(El, t, n);
  }
  setFromVector3(e, t = this._order) {
    return this.set(e.x, e.y, e.z, t);
  }
  reorder(e) {
    return Tl.setFromEuler(this), this.setFromQuaternion(Tl, e);
  }
  equals(e) {
    return e._x === this._x && e._y === this._y && e._z === this._z && e._order === this._order;
  }
  fromArray(e) {
    return this._x = e[0], this._y = e[1], this._z = e[2], e[3] !== void 0 && (this._order = e[3]), this._onChangeCallback(), this;
  }
  toArray(e = [], t = 0) {
    return e[t] = this._x, e[t + 1] = this._y, e[t + 2] = this._z, e[t + 3] = this._order, e;
  }
  _onChange(e) {
    return this._onChangeCallback = e, this;
  }
  _onChangeCallback() {
  }
}
Yn.prototype.isEuler = !0;
Yn.DefaultOrder = "XYZ";
Yn.RotationOrders = ["XYZ", "YZX", "ZXY", "XZY", "YXZ", "ZYX"];
class ga {
  constructor() {
    this.mask = 1;
  }
  set(e) {
    this.mask = (1 << e | 0) >>> 0;
  }
  enable(e) {
    this.mask |= 1 << e | 0;
  }
  enableAll() {
    this.mask = -1;
  }
  toggle(e) {
    this.mask ^= 1 << e | 0;
  }
  disable(e) {
    this.mask &= ~(1 << e | 0);
  }
  disableAll() {
    this.mask = 0;
  }
  test(e) {
    return (this.mask & e.mask) !== 0;
  }
  isEnabled(e) {
    return (this.mask & (1 << e | 0)) !== 0;
  }
}
let qd = 0;
const Al = /* @__PURE__ */ new M(), si = /* @__PURE__ */ new Ke(), rn = /* @__PURE__ */ new Ee(), zs = /* @__PURE__ */ new M(), Yi = /* @__PURE__ */ new M(), Xd = /* @__PURE__ */ new M(), Yd = /* @__PURE__ */ new Ke(), Cl = /* @__PURE__ */ new M(1, 0, 0), Ll = /* @__PURE__ */ new M(0, 1, 0), Rl = /* @__PURE__ */ new M(0, 0, 1), Zd = { type: "added" }, Pl = { type: "removed" };
class ze extends pn {
  constructor() {
    super(), Object.defineProperty(this, "id", { value: qd++ }), this.uuid = Kt(), this.name = "", this.type = "Object3D", this.parent = null, this.children = [], this.up = ze.DefaultUp.clone();
    const e = new M(), t = new Yn(), n = new Ke(), i = new M(1, 1, 1);
    function s() {
      n.setFromEuler(t, !1);
    }
    function o() {
      t.setFromQuaternion(n, void 0, !1);
    }
    t._onChange(s), n._onChange(o), Object.defineProperties(this, {
      position: {
        configurable: !0,
        enumerable: !0,
        value: e
      },
      rotation: {
        configurable: !0,
        enumerable: !0,
        value: t
      },
      quaternion: {
        configurable: !0,
        enumerable: !0,
        value: n
      },
      scale: {
        configurable: !0,
        enumerable: !0,
        value: i
      },
      modelViewMatrix: {
        value: new Ee()
      },
      normalMatrix: {
        value: new ut()
      }
    }), this.matrix = new Ee(), this.matrixWorld = new Ee(), this.matrixAutoUpdate = ze.DefaultMatrixAutoUpdate, this.matrixWorldNeedsUpdate = !1, this.layers = new ga(), this.visible = !0, this.castShadow = !1, this.receiveShadow = !1, this.frustumCulled = !0, this.renderOrder = 0, this.animations = [], this.userData = {};
  }
  onBeforeRender() {
  }
  onAfterRender() {
  }
  applyMatrix4(e) {
    this.matrixAutoUpdate && this.updateMatrix(), this.matrix.premultiply(e), this.matrix.decompose(this.position, this.quaternion, this.scale);
  }
  applyQuaternion(e) {
    return this.quaternion.premultiply(e), this;
  }
  setRotationFromAxisAngle(e, t) {
    this.quaternion.setFromAxisAngle(e, t);
  }
  setRotationFromEuler(e) {
    this.quaternion.setFromEuler(e, !0);
  }
  setRotationFromMatrix(e) {
    this.quaternion.setFromRotationMatrix(e);
  }
  setRotationFromQuaternion(e) {
    this.quaternion.copy(e);
  }
  rotateOnAxis(e, t) {
    return si.setFromAxisAngle(e, t), this.quaternion.multiply(si), this;
  }
  rotateOnWorldAxis(e, t) {
    return si.setFromAxisAngle(e, t), this.quaternion.premultiply(si), this;
  }
  rotateX(e) {
    return this.rotateOnAxis(Cl, e);
  }
  rotateY(e) {
    return this.rotateOnAxis(Ll, e);
  }
  rotateZ(e) {
    return this.rotateOnAxis(Rl, e);
  }
  translateOnAxis(e, t) {
    return Al.copy(e).applyQuaternion(this.quaternion), this.position.add(Al.multiplyScalar(t)), this;
  }
  translateX(e) {
    return this.translateOnAxis(Cl, e);
  }
  translateY(e) {
    return this.translateOnAxis(Ll, e);
  }
  translateZ(e) {
    return this.translateOnAxis(Rl, e);
  }
  localToWorld(e) {
    return e.applyMatrix4(this.matrixWorld);
  }
  worldToLocal(e) {
    return e.applyMatrix4(rn.copy(this.matrixWorld).invert());
  }
  lookAt(e, t, n) {
    e.isVector3 ? zs.copy(e) : zs.set(e, t, n);
    const i = this.parent;
    this.updateWorldMatrix(!0, !1), Yi.setFromMatrixPosition(this.matrixWorld), this.isCamera || this.isLight ? rn.lookAt(Yi, zs, this.up) : rn.lookAt(zs, Yi, this.up), this.quaternion.setFromRotationMatrix(rn), i && (rn.extractRotation(i.matrixWorld), si.setFromRotationMatrix(rn), this.quaternion.premultiply(si.invert()));
  }
  add(e) {
    if (arguments.length > 1) {
      for (let t = 0; t < arguments.length; t++)
        this.add(arguments[t]);
      return this;
    }
    return e === this ? (console.error("THREE.Object3D.add: object can't be added as a child of itself.", e), this) : (e && e.isObject3D ? (e.parent !== null && e.parent.remove(e), e.parent = this, this.children.push(e), e.dispatchEvent(Zd)) : console.error("THREE.Object3D.add: object not an instance of THREE.Object3D.", e), this);
  }
  remove(e) {
    if (arguments.length > 1) {
      for (let n = 0; n < arguments.length; n++)
        this.remove(arguments[n]);
      return this;
    }
    const t = this.children.indexOf(e);
    return t !== -1 && (e.parent = null, this.children.splice(t, 1), e.dispatchEvent(Pl)), this;
  }
  removeFromParent() {
    const e = this.parent;
    return e !== null && e.remove(this), this;
  }
  clear() {
    for (let e = 0; e < this.children.length; e++) {
      const t = this.children[e];
      t.parent = null, t.dispatchEvent(Pl);
    }
    return this.children.length = 0, this;
  }
  attach(e) {
    return this.updateWorldMatrix(!0, !1), rn.copy(this.matrixWorld).invert(), e.parent !== null && (e.parent.updateWorldMatrix(!0, !1), rn.multiply(e.parent.matrixWorld)), e.applyMatrix4(rn), this.add(e), e.updateWorldMatrix(!1, !0), this;
  }
  getObjectById(e) {
    return this.getObjectByProperty("id", e);
  }
  getObjectByName(e) {
    return this.getObjectByProperty("name", e);
  }
  getObjectByProperty(e, t) {
    if (this[e] === t) return this;
    for (let n = 0, i = this.children.length; n < i; n++) {
      const o = this.children[n].getObjectByProperty(e, t);
      if (o !== void 0)
        return o;
    }
  }
  getWorldPosition(e) {
    return this.updateWorldMatrix(!0, !1), e.setFromMatrixPosition(this.matrixWorld);
  }
  getWorldQuaternion(e) {
    return this.updateWorldMatrix(!0, !1), this.matrixWorld.decompose(Yi, e, Xd), e;
  }
  getWorldScale(e) {
    return this.updateWorldMatrix(!0, !1), this.matrixWorld.decompose(Yi, Yd, e), e;
  }
  getWorldDirection(e) {
    this.updateWorldMatrix(!0, !1);
    const t = this.matrixWorld.elements;
    return e.set(t[8], t[9], t[10]).normalize();
  }
  raycast() {
  }
  traverse(e) {
    e(this);
    const t = this.children;
    for (let n = 0, i = t.length; n < i; n++)
      t[n].traverse(e);
  }
  traverseVisible(e) {
    if (this.visible === !1) return;
    e(this);
    const t = this.children;
    for (let n = 0, i = t.length; n < i; n++)
      t[n].traverseVisible(e);
  }
  traverseAncestors(e) {
    const t = this.parent;
    t !== null && (e(t), t.traverseAncestors(e));
  }
  updateMatrix() {
    this.matrix.compose(this.position, this.quaternion, this.scale), this.matrixWorldNeedsUpdate = !0;
  }
  updateMatrixWorld(e) {
    this.matrixAutoUpdate && this.updateMatrix(), (this.matrixWorldNeedsUpdate || e) && (this.parent === null ? this.matrixWorld.copy(this.matrix) : this.matrixWorld.multiplyMatrices(this.parent.matrixWorld, this.matrix), this.matrixWorldNeedsUpdate = !1, e = !0);
    const t = this.children;
    for (let n = 0, i = t.length; n < i; n++)
      t[n].updateMatrixWorld(e);
  }
  updateWorldMatrix(e, t) {
    const n = this.parent;
    if (e === !0 && n !== null && n.updateWorldMatrix(!0, !1), this.matrixAutoUpdate && this.updateMatrix(), this.parent === null ? this.matrixWorld.copy(this.matrix) : this.matrixWorld.multiplyMatrices(this.parent.matrixWorld, this.matrix), t === !0) {
      const i = this.children;
      for (let s = 0, o = i.length; s < o; s++)
        i[s].updateWorldMatrix(!1, !0);
    }
  }
  toJSON(e) {
    const t = e === void 0 || typeof e == "string", n = {};
    t && (e = {
      geometries: {},
      materials: {},
      textures: {},
      images: {},
      shapes: {},
      skeletons: {},
      animations: {},
      nodes: {}
    }, n.metadata = {
      version: 4.5,
      type: "Object",
      generator: "Object3D.toJSON"
    });
    const i = {};
    i.uuid = this.uuid, i.type = this.type, this.name !== "" && (i.name = this.name), this.castShadow === !0 && (i.castShadow = !0), this.receiveShadow === !0 && (i.receiveShadow = !0), this.visible === !1 && (i.visible = !1), this.frustumCulled === !1 && (i.frustumCulled = !1), this.renderOrder !== 0 && (i.renderOrder = this.renderOrder), JSON.stringify(this.userData) !== "{}" && (i.userData = this.userData), i.layers = this.layers.mask, i.matrix = this.matrix.toArray(), this.matrixAutoUpdate === !1 && (i.matrixAutoUpdate = !1), this.isInstancedMesh && (i.type = "InstancedMesh", i.count = this.count, i.instanceMatrix = this.instanceMatrix.toJSON(), this.instanceColor !== null && (i.instanceColor = this.instanceColor.toJSON()));
    function s(a, l) {
      return a[l.uuid] === void 0 && (a[l.uuid] = l.toJSON(e)), l.uuid;
    }
    if (this.isScene)
      this.background && (this.background.isColor ? i.background = this.background.toJSON() : this.background.isTexture && (i.background = this.background.toJSON(e).uuid)), this.environment && this.environment.isTexture && (i.environment = this.environment.toJSON(e).uuid);
    else if (this.isMesh || this.isLine || this.isPoints) {
      i.geometry = s(e.geometries, this.geometry);
      const a = this.geometry.parameters;
      if (a !== void 0 && a.shapes !== void 0) {
        const l = a.shapes;
        if (Array.isArray(l))
          for (let c = 0, h = l.length; c < h; c++) {
            const u = l[c];
            s(e.shapes, u);
          }
        else
          s(e.shapes, l);
      }
    }
    if (this.isSkinnedMesh && (i.bindMode = this.bindMode, i.bindMatrix = this.bindMatrix.toArray(), this.skeleton !== void 0 && (s(e.skeletons, this.skeleton), i.skeleton = this.skeleton.uuid)), this.material !== void 0)
      if (Array.isArray(this.material)) {
        const a = [];
        for (let l = 0, c = this.material.length; l < c; l++)
          a.push(s(e.materials, this.material[l]));
        i.material = a;
      } else
        i.material = s(e.materials, this.material);
    if (this.children.length > 0) {
      i.children = [];
      for (let a = 0; a < this.children.length; a++)
        i.children.push(this.children[a].toJSON(e).object);
    }
    if (this.animations.length > 0) {
      i.animations = [];
      for (let a = 0; a < this.animations.length; a++) {
        const l = this.animations[a];
        i.animations.push(s(e.animations, l));
      }
    }
    if (t) {
      const a = o(e.geometries), l = o(e.materials), c = o(e.textures), h = o(e.images), u = o(e.shapes), d = o(e.skeletons), f = o(e.animations), g = o(e.nodes);
      a.length > 0 && (n.geometries = a), l.length > 0 && (n.materials = l), c.length > 0 && (n.textures = c), h.length > 0 && (n.images = h), u.length > 0 && (n.shapes = u), d.length > 0 && (n.skeletons = d), f.length > 0 && (n.animations = f), g.length > 0 && (n.nodes = g);
    }
    return n.object = i, n;
    function o(a) {
      const l = [];
      for (const c in a) {
        const h = a[c];
        delete h.metadata, l.push(h);
      }
      return l;
    }
  }
  clone(e) {
    return new this.constructor().copy(this, e);
  }
  copy(e, t = !0) {
    if (this.name = e.name, this.up.copy(e.up), this.position.copy(e.position), this.rotation.order = e.rotation.order, this.quaternion.copy(e.quaternion), this.scale.copy(e.scale), this.matrix.copy(e.matrix), this.matrixWorld.copy(e.matrixWorld), this.matrixAutoUpdate = e.matrixAutoUpdate, this.matrixWorldNeedsUpdate = e.matrixWorldNeedsUpdate, this.layers.mask = e.layers.mask, this.visible = e.visible, this.castShadow = e.castShadow, this.receiveShadow = e.receiveShadow, this.frustumCulled = e.frustumCulled, this.renderOrder = e.renderOrder, this.userData = JSON.parse(JSON.stringify(e.userData)), t === !0)
      for (let n = 0; n < e.children.length; n++) {
        const i = e.children[n];
        this.add(i.clone());
      }
    return this;
  }
}
ze.DefaultUp = new M(0, 1, 0);
ze.DefaultMatrixAutoUpdate = !0;
ze.prototype.isObject3D = !0;
const Ut = /* @__PURE__ */ new M(), on = /* @__PURE__ */ new M(), co = /* @__PURE__ */ new M(), an = /* @__PURE__ */ new M(), ri = /* @__PURE__ */ new M(), oi = /* @__PURE__ */ new M(), Il = /* @__PURE__ */ new M(), ho = /* @__PURE__ */ new M(), uo = /* @__PURE__ */ new M(), fo = /* @__PURE__ */ new M();
class at {
  constructor(e = new M(), t = new M(), n = new M()) {
    this.a = e, this.b = t, this.c = n;
  }
  static getNormal(e, t, n, i) {
    i.subVectors(n, t), Ut.subVectors(e, t), i.cross(Ut);
    const s = i.lengthSq();
    return s > 0 ? i.multiplyScalar(1 / Math.sqrt(s)) : i.set(0, 0, 0);
  }
  // static/instance method to calculate barycentric coordinates
  // based on: http://www.blackpawn.com/texts/pointinpoly/default.html
  static getBarycoord(e, t, n, i, s) {
    Ut.subVectors(i, t), on.subVectors(n, t), co.subVectors(e, t);
    const o = Ut.dot(Ut), a = Ut.dot(on), l = Ut.dot(co), c = on.dot(on), h = on.dot(co), u = o * c - a * a;
    if (u === 0)
      return s.set(-2, -1, -1);
    const d = 1 / u, f = (c * l - a * h) * d, g = (o * h - a * l) * d;
    return s.set(1 - f - g, g, f);
  }
  static containsPoint(e, t, n, i) {
    return this.getBarycoord(e, t, n, i, an), an.x >= 0 && an.y >= 0 && an.x + an.y <= 1;
  }
  static getUV(e, t, n, i, s, o, a, l) {
    return this.getBarycoord(e, t, n, i, an), l.set(0, 0), l.addScaledVector(s, an.x), l.addScaledVector(o, an.y), l.addScaledVector(a, an.z), l;
  }
  static isFrontFacing(e, t, n, i) {
    return Ut.subVectors(n, t), on.subVectors(e, t), Ut.cross(on).dot(i) < 0;
  }
  set(e, t, n) {
    return this.a.copy(e), this.b.copy(t), this.c.copy(n), this;
  }
  setFromPointsAndIndices(e, t, n, i) {
    return this.a.copy(e[t]), this.b.copy(e[n]), this.c.copy(e[i]), this;
  }
  setFromAttributeAndIndices(e, t, n, i) {
    return this.a.fromBufferAttribute(e, t), this.b.fromBufferAttribute(e, n), this.c.fromBufferAttribute(e, i), this;
  }
  clone() {
    return new this.constructor().copy(this);
  }
  copy(e) {
    return this.a.copy(e.a), this.b.copy(e.b), this.c.copy(e.c), this;
  }
  getArea() {
    return Ut.subVectors(this.c, this.b), on.subVectors(this.a, this.b), Ut.cross(on).length() * 0.5;
  }
  getMidpoint(e) {
    return e.addVectors(this.a, this.b).add(this.c).multiplyScalar(1 / 3);
  }
  getNormal(e) {
    return at.getNormal(this.a, this.b, this.c, e);
  }
  getPlane(e) {
    return e.setFromCoplanarPoints(this.a, this.b, this.c);
  }
  getBarycoord(e, t) {
    return at.getBarycoord(e, this.a, this.b, this.c, t);
  }
  getUV(e, t, n, i, s) {
    return at.getUV(e, this.a, this.b, this.c, t, n, i, s);
  }
  containsPoint(e) {
    return at.containsPoint(e, this.a, this.b, this.c);
  }
  isFrontFacing(e) {
    return at.isFrontFacing(this.a, this.b, this.c, e);
  }
  intersectsBox(e) {
    return e.intersectsTriangle(this);
  }
  closestPointToPoint(e, t) {
    const n = this.a, i = this.b, s = this.c;
    let o, a;
    ri.subVectors(i, n), oi.subVectors(s, n), ho.subVectors(e, n);
    const l = ri.dot(ho), c = oi.dot(ho);
    if (l <= 0 && c <= 0)
      return t.copy(n);
    uo.subVectors(e, i);
    const h = ri.dot(uo), u = oi.dot(uo);
    if (h >= 0 && u <= h)
      return t.copy(i);
    const d = l * u - h * c;
    if (d <= 0 && l >= 0 && h <= 0)
      return o = l / (l - h), t.copy(n).addScaledVector(ri, o);
    fo.subVectors(e, s);
    const f = ri.dot(fo), g = oi.dot(fo);
    if (g >= 0 && f <= g)
      return t.copy(s);
    const p = f * c - l * g;
    if (p <= 0 && c >= 0 && g <= 0)
      return a = c / (c - g), t.copy(n).addScaledVector(oi, a);
    const m = h * g - f * u;
    if (m <= 0 && u - h >= 0 && f - g >= 0)
      return Il.subVectors(s, i), a = (u - h) / (u - h + (f - g)), t.copy(i).addScaledVector(Il, a);
    const y = 1 / (m + p + d);
    return o = p * y, a = d * y, t.copy(n).addScaledVector(ri, o).addScaledVector(oi, a);
  }
  equals(e) {
    return e.a.equals(this.a) && e.b.equals(this.b) && e.c.equals(this.c);
  }
}
let $d = 0, dt = class extends pn {
  constructor() {
    super(), Object.defineProperty(this, "id", { value: $d++ }), this.uuid = Kt(), this.name = "", this.type = "Material", this.fog = !0, this.blending = Si, this.side = cs, this.vertexColors = !1, this.opacity = 1, this.transparent = !1, this.blendSrc = Mh, this.blendDst = Sh, this.blendEquation = yi, this.blendSrcAlpha = null, this.blendDstAlpha = null, this.blendEquationAlpha = null, this.depthFunc = Xo, this.depthTest = !0, this.depthWrite = !0, this.stencilWriteMask = 255, this.stencilFunc = Bd, this.stencilRef = 0, this.stencilFuncMask = 255, this.stencilFail = Jr, this.stencilZFail = Jr, this.stencilZPass = Jr, this.stencilWrite = !1, this.clippingPlanes = null, this.clipIntersection = !1, this.clipShadows = !1, this.shadowSide = null, this.colorWrite = !0, this.precision = null, this.polygonOffset = !1, this.polygonOffsetFactor = 0, this.polygonOffsetUnits = 0, this.dithering = !1, this.alphaToCoverage = !1, this.premultipliedAlpha = !1, this.visible = !0, this.toneMapped = !0, this.userData = {}, this.version = 0, this._alphaTest = 0;
  }
  get alphaTest() {
    return this._alphaTest;
  }
  set alphaTest(e) {
    this._alphaTest > 0 != e > 0 && this.version++, this._alphaTest = e;
  }
  onBuild() {
  }
  onBeforeRender() {
  }
  onBeforeCompile() {
  }
  customProgramCacheKey() {
    return this.onBeforeCompile.toString();
  }
  setValues(e) {
    if (e !== void 0)
      for (const t in e) {
        const n = e[t];
        if (n === void 0) {
          console.warn("THREE.Material: '" + t + "' parameter is undefined.");
          continue;
        }
        if (t === "shading") {
          console.warn("THREE." + this.type + ": .shading has been removed. Use the boolean .flatShading instead."), this.flatShading = n === wh;
          continue;
        }
        const i = this[t];
        if (i === void 0) {
          console.warn("THREE." + this.type + ": '" + t + "' is not a property of this material.");
          continue;
        }
        i && i.isColor ? i.set(n) : i && i.isVector3 && n && n.isVector3 ? i.copy(n) : this[t] = n;
      }
  }
  toJSON(e) {
    const t = e === void 0 || typeof e == "string";
    t && (e = {
      textures: {},
      images: {}
    });
    const n = {
      metadata: {
        version: 4.5,
        type: "Material",
        generator: "Material.toJSON"
      }
    };
    n.uuid = this.uuid, n.type = this.type, this.name !== "" && (n.name = this.name), this.color && this.color.isColor && (n.color = this.color.getHex()), this.roughness !== void 0 && (n.roughness = this.roughness), this.metalness !== void 0 && (n.metalness = this.metalness), this.sheen !== void 0 && (n.sheen = this.sheen), this.sheenColor && this.sheenColor.isColor && (n.sheenColor = this.sheenColor.getHex()), this.sheenRoughness !== void 0 && (n.sheenRoughness = this.sheenRoughness), this.emissive && this.emissive.isColor && (n.emissive = this.emissive.getHex()), this.emissiveIntensity && this.emissiveIntensity !== 1 && (n.emissiveIntensity = this.emissiveIntensity), this.specular && this.specular.isColor && (n.specular = this.specular.getHex()), this.specularIntensity !== void 0 && (n.specularIntensity = this.specularIntensity), this.specularColor && this.specularColor.isColor && (n.specularColor = this.specularColor.getHex()), this.shininess !== void 0 && (n.shininess = this.shininess), this.clearcoat !== void 0 && (n.clearcoat = this.clearcoat), this.clearcoatRoughness !== void 0 && (n.clearcoatRoughness = this.clearcoatRoughness), this.clearcoatMap && this.clearcoatMap.isTexture && (n.clearcoatMap = this.clearcoatMap.toJSON(e).uuid), this.clearcoatRoughnessMap && this.clearcoatRoughnessMap.isTexture && (n.clearcoatRoughnessMap = this.clearcoatRoughnessMap.toJSON(e).uuid), this.clearcoatNormalMap && this.clearcoatNormalMap.isTexture && (n.clearcoatNormalMap = this.clearcoatNormalMap.toJSON(e).uuid, n.clearcoatNormalScale = this.clearcoatNormalScale.toArray()), this.map && this.map.isTexture && (n.map = this.map.toJSON(e).uuid), this.matcap && this.matcap.isTexture && (n.matcap = this.matcap.toJSON(e).uuid), this.alphaMap && this.alphaMap.isTexture && (n.alphaMap = this.alphaMap.toJSON(e).uuid), this.lightMap && this.lightMap.isTexture && (n.lightMap = this.lightMap.toJSON(e).uuid, n.lightMapIntensity = this.lightMapIntensity), this.aoMap && this.aoMap.isTexture && (n.aoMap = this.aoMap.toJSON(e).uuid, n.aoMapIntensity = this.aoMapIntensity), this.bumpMap && this.bumpMap.isTexture && (n.bumpMap = this.bumpMap.toJSON(e).uuid, n.bumpScale = this.bumpScale), this.normalMap && this.normalMap.isTexture && (n.normalMap = this.normalMap.toJSON(e).uuid, n.normalMapType = this.normalMapType, n.normalScale = this.normalScale.toArray()), this.displacementMap && this.displacementMap.isTexture && (n.displacementMap = this.displacementMap.toJSON(e).uuid, n.displacementScale = this.displacementScale, n.displacementBias = this.displacementBias), this.roughnessMap && this.roughnessMap.isTexture && (n.roughnessMap = this.roughnessMap.toJSON(e).uuid), this.metalnessMap && this.metalnessMap.isTexture && (n.metalnessMap = this.metalnessMap.toJSON(e).uuid), this.emissiveMap && this.emissiveMap.isTexture && (n.emissiveMap = this.emissiveMap.toJSON(e).uuid), this.specularMap && this.specularMap.isTexture && (n.specularMap = this.specularMap.toJSON(e).uuid), this.specularIntensityMap && this.specularIntensityMap.isTexture && (n.specularIntensityMap = this.specularIntensityMap.toJSON(e).uuid), this.specularColorMap && this.specularColorMap.isTexture && (n.specularColorMap = this.specularColorMap.toJSON(e).uuid), this.envMap && this.envMap.isTexture && (n.envMap = this.envMap.toJSON(e).uuid, this.combine !== void 0 && (n.combine = this.combine)), this.envMapIntensity !== void 0 && (n.envMapIntensity = this.envMapIntensity), this.reflectivity !== void 0 && (n.reflectivity = this.reflectivity), this.refractionRatio !== void 0 && (n.refractionRatio = this.refractionRatio), this.gradientMap && this.gradientMap.isTexture && (n.gradientMap = this.gradientMap.toJSON(e).uuid), this.transmission !== void 0 && (n.transmission = this.transmission), this.transmissionMap && this.transmissionMap.isTexture && (n.transmissionMap = this.transmissionMap.toJSON(e).uuid), this.thickness !== void 0 && (n.thickness = this.thickness), this.thicknessMap && this.thicknessMap.isTexture && (n.thicknessMap = this.thicknessMap.toJSON(e).uuid), this.attenuationDistance !== void 0 && (n.attenuationDistance = this.attenuationDistance), this.attenuationColor !== void 0 && (n.attenuationColor = this.attenuationColor.getHex()), this.size !== void 0 && (n.size = this.size), this.shadowSide !== null && (n.shadowSide = this.shadowSide), this.sizeAttenuation !== void 0 && (n.sizeAttenuation = this.sizeAttenuation), this.blending !== Si && (n.blending = this.blending), this.side !== cs && (n.side = this.side), this.vertexColors && (n.vertexColors = !0), this.opacity < 1 && (n.opacity = this.opacity), this.transparent === !0 && (n.transparent = this.transparent), n.depthFunc = this.depthFunc, n.depthTest = this.depthTest, n.depthWrite = this.depthWrite, n.colorWrite = this.colorWrite, n.stencilWrite = this.stencilWrite, n.stencilWriteMask = this.stencilWriteMask, n.stencilFunc = this.stencilFunc, n.stencilRef = this.stencilRef, n.stencilFuncMask = this.stencilFuncMask, n.stencilFail = this.stencilFail, n.stencilZFail = this.stencilZFail, n.stencilZPass = this.stencilZPass, this.rotation !== void 0 && this.rotation !== 0 && (n.rotation = this.rotation), this.polygonOffset === !0 && (n.polygonOffset = !0), this.polygonOffsetFactor !== 0 && (n.polygonOffsetFactor = this.polygonOffsetFactor), this.polygonOffsetUnits !== 0 && (n.polygonOffsetUnits = this.polygonOffsetUnits), this.linewidth !== void 0 && this.linewidth !== 1 && (n.linewidth = this.linewidth), this.dashSize !== void 0 && (n.dashSize = this.dashSize), this.gapSize !== void 0 && (n.gapSize = this.gapSize), this.scale !== void 0 && (n.scale = this.scale), this.dithering === !0 && (n.dithering = !0), this.alphaTest > 0 && (n.alphaTest = this.alphaTest), this.alphaToCoverage === !0 && (n.alphaToCoverage = this.alphaToCoverage), this.premultipliedAlpha === !0 && (n.premultipliedAlpha = this.premultipliedAlpha), this.wireframe === !0 && (n.wireframe = this.wireframe), this.wireframeLinewidth > 1 && (n.wireframeLinewidth = this.wireframeLinewidth), this.wireframeLinecap !== "round" && (n.wireframeLinecap = this.wireframeLinecap), this.wireframeLinejoin !== "round" && (n.wireframeLinejoin = this.wireframeLinejoin), this.flatShading === !0 && (n.flatShading = this.flatShading), this.visible === !1 && (n.visible = !1), this.toneMapped === !1 && (n.toneMapped = !1), JSON.stringify(this.userData) !== "{}" && (n.userData = this.userData);
    function i(s) {
      const o = [];
      for (const a in s) {
        const l = s[a];
        delete l.metadata, o.push(l);
      }
      return o;
    }
    if (t) {
      const s = i(e.textures), o = i(e.images);
      s.length > 0 && (n.textures = s), o.length > 0 && (n.images = o);
    }
    return n;
  }
  clone() {
    return new this.constructor().copy(this);
  }
  copy(e) {
    this.name = e.name, this.fog = e.fog, this.blending = e.blending, this.side = e.side, this.vertexColors = e.vertexColors, this.opacity = e.opacity, this.transparent = e.transparent, this.blendSrc = e.blendSrc, this.blendDst = e.blendDst, this.blendEquation = e.blendEquation, this.blendSrcAlpha = e.blendSrcAlpha, this.blendDstAlpha = e.blendDstAlpha, this.blendEquationAlpha = e.blendEquationAlpha, this.depthFunc = e.depthFunc, this.depthTest = e.depthTest, this.depthWrite = e.depthWrite, this.stencilWriteMask = e.stencilWriteMask, this.stencilFunc = e.stencilFunc, this.stencilRef = e.stencilRef, this.stencilFuncMask = e.stencilFuncMask, this.stencilFail = e.stencilFail, this.stencilZFail = e.stencilZFail, this.stencilZPass = e.stencilZPass, this.stencilWrite = e.stencilWrite;
    const t = e.clippingPlanes;
    let n = null;
    if (t !== null) {
      const i = t.length;
      n = new Array(i);
      for (let s = 0; s !== i; ++s)
        n[s] = t[s].clone();
    }
    return this.clippingPlanes = n, this.clipIntersection = e.clipIntersection, this.clipShadows = e.clipShadows, this.shadowSide = e.shadowSide, this.colorWrite = e.colorWrite, this.precision = e.precision, this.polygonOffset = e.polygonOffset, this.polygonOffsetFactor = e.polygonOffsetFactor, this.polygonOffsetUnits = e.polygonOffsetUnits, this.dithering = e.dithering, this.alphaTest = e.alphaTest, this.alphaToCoverage = e.alphaToCoverage, this.premultipliedAlpha = e.premultipliedAlpha, this.visible = e.visible, this.toneMapped = e.toneMapped, this.userData = JSON.parse(JSON.stringify(e.userData)), this;
  }
  dispose() {
    this.dispatchEvent({ type: "dispose" });
  }
  set needsUpdate(e) {
    e === !0 && this.version++;
  }
};
dt.prototype.isMaterial = !0;
dt.fromType = function() {
  return null;
};
class ki extends dt {
  constructor(e) {
    super(), this.type = "MeshBasicMaterial", this.color = new pe(16777215), this.map = null, this.lightMap = null, this.lightMapIntensity = 1, this.aoMap = null, this.aoMapIntensity = 1, this.specularMap = null, this.alphaMap = null, this.envMap = null, this.combine = Lr, this.reflectivity = 1, this.refractionRatio = 0.98, this.wireframe = !1, this.wireframeLinewidth = 1, this.wireframeLinecap = "round", this.wireframeLinejoin = "round", this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.color.copy(e.color), this.map = e.map, this.lightMap = e.lightMap, this.lightMapIntensity = e.lightMapIntensity, this.aoMap = e.aoMap, this.aoMapIntensity = e.aoMapIntensity, this.specularMap = e.specularMap, this.alphaMap = e.alphaMap, this.envMap = e.envMap, this.combine = e.combine, this.reflectivity = e.reflectivity, this.refractionRatio = e.refractionRatio, this.wireframe = e.wireframe, this.wireframeLinewidth = e.wireframeLinewidth, this.wireframeLinecap = e.wireframeLinecap, this.wireframeLinejoin = e.wireframeLinejoin, this;
  }
}
ki.prototype.isMeshBasicMaterial = !0;
const ct = /* @__PURE__ */ new M(), Bs = /* @__PURE__ */ new K();
class Qe {
  constructor(e, t, n) {
    if (Array.isArray(e))
      throw new TypeError("THREE.BufferAttribute: array should be a Typed Array.");
    this.name = "", this.array = e, this.itemSize = t, this.count = e !== void 0 ? e.length / t : 0, this.normalized = n === !0, this.usage = us, this.updateRange = { offset: 0, count: -1 }, this.version = 0;
  }
  onUploadCallback() {
  }
  set needsUpdate(e) {
    e === !0 && this.version++;
  }
  setUsage(e) {
    return this.usage = e, this;
  }
  copy(e) {
    return this.name = e.name, this.array = new e.array.constructor(e.array), this.itemSize = e.itemSize, this.count = e.count, this.normalized = e.normalized, this.usage = e.usage, this;
  }
  copyAt(e, t, n) {
    e *= this.itemSize, n *= t.itemSize;
    for (let i = 0, s = this.itemSize; i < s; i++)
      this.array[e + i] = t.array[n + i];
    return this;
  }
  copyArray(e) {
    return this.array.set(e), this;
  }
  copyColorsArray(e) {
    const t = this.array;
    let n = 0;
    for (let i = 0, s = e.length; i < s; i++) {
      let o = e[i];
      o === void 0 && (console.warn("THREE.BufferAttribute.copyColorsArray(): color is undefined", i), o = new pe()), t[n++] = o.r, t[n++] = o.g, t[n++] = o.b;
    }
    return this;
  }
  copyVector2sArray(e) {
    const t = this.array;
    let n = 0;
    for (let i = 0, s = e.length; i < s; i++) {
      let o = e[i];
      o === void 0 && (console.warn("THREE.BufferAttribute.copyVector2sArray(): vector is undefined", i), o = new K()), t[n++] = o.x, t[n++] = o.y;
    }
    return this;
  }
  copyVector3sArray(e) {
    const t = this.array;
    let n = 0;
    for (let i = 0, s = e.length; i < s; i++) {
      let o = e[i];
      o === void 0 && (console.warn("THREE.BufferAttribute.copyVector3sArray(): vector is undefined", i), o = new M()), t[n++] = o.x, t[n++] = o.y, t[n++] = o.z;
    }
    return this;
  }
  copyVector4sArray(e) {
    const t = this.array;
    let n = 0;
    for (let i = 0, s = e.length; i < s; i++) {
      let o = e[i];
      o === void 0 && (console.warn("THREE.BufferAttribute.copyVector4sArray(): vector is undefined", i), o = new Xe()), t[n++] = o.x, t[n++] = o.y, t[n++] = o.z, t[n++] = o.w;
    }
    return this;
  }
  applyMatrix3(e) {
    if (this.itemSize === 2)
      for (let t = 0, n = this.count; t < n; t++)
        Bs.fromBufferAttribute(this, t), Bs.applyMatrix3(e), this.setXY(t, Bs.x, Bs.y);
    else if (this.itemSize === 3)
      for (let t = 0, n = this.count; t < n; t++)
        ct.fromBufferAttribute(this, t), ct.applyMatrix3(e), this.setXYZ(t, ct.x, ct.y, ct.z);
    return this;
  }
  applyMatrix4(e) {
    for (let t = 0, n = this.count; t < n; t++)
      ct.fromBufferAttribute(this, t), ct.applyMatrix4(e), this.setXYZ(t, ct.x, ct.y, ct.z);
    return this;
  }
  applyNormalMatrix(e) {
    for (let t = 0, n = this.count; t < n; t++)
      ct.fromBufferAttribute(this, t), ct.applyNormalMatrix(e), this.setXYZ(t, ct.x, ct.y, ct.z);
    return this;
  }
  transformDirection(e) {
    for (let t = 0, n = this.count; t < n; t++)
      ct.fromBufferAttribute(this, t), ct.transformDirection(e), this.setXYZ(t, ct.x, ct.y, ct.z);
    return this;
  }
  set(e, t = 0) {
    return this.array.set(e, t), this;
  }
  getX(e) {
    return this.array[e * this.itemSize];
  }
  setX(e, t) {
    return this.array[e * this.itemSize] = t, this;
  }
  getY(e) {
    return this.array[e * this.itemSize + 1];
  }
  setY(e, t) {
    return this.array[e * this.itemSize + 1] = t, this;
  }
  getZ(e) {
    return this.array[e * this.itemSize + 2];
  }
  setZ(e, t) {
    return this.array[e * this.itemSize + 2] = t, this;
  }
  getW(e) {
    return this.array[e * this.itemSize + 3];
  }
  setW(e, t) {
    return this.array[e * this.itemSize + 3] = t, this;
  }
  setXY(e, t, n) {
    return e *= this.itemSize, this.array[e + 0] = t, this.array[e + 1] = n, this;
  }
  setXYZ(e, t, n, i) {
    return e *= this.itemSize, this.array[e + 0] = t, this.array[e + 1] = n, this.array[e + 2] = i, this;
  }
  setXYZW(e, t, n, i, s) {
    return e *= this.itemSize, this.array[e + 0] = t, this.array[e + 1] = n, this.array[e + 2] = i, this.array[e + 3] = s, this;
  }
  onUpload(e) {
    return this.onUploadCallback = e, this;
  }
  clone() {
    return new this.constructor(this.array, this.itemSize).copy(this);
  }
  toJSON() {
    const e = {
      itemSize: this.itemSize,
      type: this.array.constructor.name,
      array: Array.prototype.slice.call(this.array),
      normalized: this.normalized
    };
    return this.name !== "" && (e.name = this.name), this.usage !== us && (e.usage = this.usage), (this.updateRange.offset !== 0 || this.updateRange.count !== -1) && (e.updateRange = this.updateRange), e;
  }
}
Qe.prototype.isBufferAttribute = !0;
class Rh extends Qe {
  constructor(e, t, n) {
    super(new Uint16Array(e), t, n);
  }
}
class Ph extends Qe {
  constructor(e, t, n) {
    super(new Uint32Array(e), t, n);
  }
}
class Jd extends Qe {
  constructor(e, t, n) {
    super(new Uint16Array(e), t, n);
  }
}
Jd.prototype.isFloat16BufferAttribute = !0;
class De extends Qe {
  constructor(e, t, n) {
    super(new Float32Array(e), t, n);
  }
}
let Kd = 0;
const Pt = /* @__PURE__ */ new Ee(), po = /* @__PURE__ */ new ze(), ai = /* @__PURE__ */ new M(), At = /* @__PURE__ */ new vt(), Zi = /* @__PURE__ */ new vt(), ft = /* @__PURE__ */ new M();
class Be extends pn {
  constructor() {
    super(), Object.defineProperty(this, "id", { value: Kd++ }), this.uuid = Kt(), this.name = "", this.type = "BufferGeometry", this.index = null, this.attributes = {}, this.morphAttributes = {}, this.morphTargetsRelative = !1, this.groups = [], this.boundingBox = null, this.boundingSphere = null, this.drawRange = { start: 0, count: 1 / 0 }, this.userData = {};
  }
  getIndex() {
    return this.index;
  }
  setIndex(e) {
    return Array.isArray(e) ? this.index = new (Ah(e) ? Ph : Rh)(e, 1) : this.index = e, this;
  }
  getAttribute(e) {
    return this.attributes[e];
  }
  setAttribute(e, t) {
    return this.attributes[e] = t, this;
  }
  deleteAttribute(e) {
    return delete this.attributes[e], this;
  }
  hasAttribute(e) {
    return this.attributes[e] !== void 0;
  }
  addGroup(e, t, n = 0) {
    this.groups.push({
      start: e,
      count: t,
      materialIndex: n
    });
  }
  clearGroups() {
    this.groups = [];
  }
  setDrawRange(e, t) {
    this.drawRange.start = e, this.drawRange.count = t;
  }
  applyMatrix4(e) {
    const t = this.attributes.position;
    t !== void 0 && (t.applyMatrix4(e), t.needsUpdate = !0);
    const n = this.attributes.normal;
    if (n !== void 0) {
      const s = new ut().getNormalMatrix(e);
      n.applyNormalMatrix(s), n.needsUpdate = !0;
    }
    const i = this.attributes.tangent;
    return i !== void 0 && (i.transformDirection(e), i.needsUpdate = !0), this.boundingBox !== null && this.computeBoundingBox(), this.boundingSphere !== null && this.computeBoundingSphere(), this;
  }
  applyQuaternion(e) {
    return Pt.makeRotationFromQuaternion(e), this.applyMatrix4(Pt), this;
  }
  rotateX(e) {
    return Pt.makeRotationX(e), this.applyMatrix4(Pt), this;
  }
  rotateY(e) {
    return Pt.makeRotationY(e), this.applyMatrix4(Pt), this;
  }
  rotateZ(e) {
    return Pt.makeRotationZ(e), this.applyMatrix4(Pt), this;
  }
  translate(e, t, n) {
    return Pt.makeTranslation(e, t, n), this.applyMatrix4(Pt), this;
  }
  scale(e, t, n) {
    return Pt.makeScale(e, t, n), this.applyMatrix4(Pt), this;
  }
  lookAt(e) {
    return po.lookAt(e), po.updateMatrix(), this.applyMatrix4(po.matrix), this;
  }
  center() {
    return this.computeBoundingBox(), this.boundingBox.getCenter(ai).negate(), this.translate(ai.x, ai.y, ai.z), this;
  }
  setFromPoints(e) {
    const t = [];
    for (let n = 0, i = e.length; n < i; n++) {
      const s = e[n];
      t.push(s.x, s.y, s.z || 0);
    }
    return this.setAttribute("position", new De(t, 3)), this;
  }
  computeBoundingBox() {
    this.boundingBox === null && (this.boundingBox = new vt());
    const e = this.attributes.position, t = this.morphAttributes.position;
    if (e && e.isGLBufferAttribute) {
      console.error('THREE.BufferGeometry.computeBoundingBox(): GLBufferAttribute requires a manual bounding box. Alternatively set "mesh.frustumCulled" to "false".', this), this.boundingBox.set(
        new M(-1 / 0, -1 / 0, -1 / 0),
        new M(1 / 0, 1 / 0, 1 / 0)
      );
      return;
    }
    if (e !== void 0) {
      if (this.boundingBox.setFromBufferAttribute(e), t)
        for (let n = 0, i = t.length; n < i; n++) {
          const s = t[n];
          At.setFromBufferAttribute(s), this.morphTargetsRelative ? (ft.addVectors(this.boundingBox.min, At.min), this.boundingBox.expandByPoint(ft), ft.addVectors(this.boundingBox.max, At.max), this.boundingBox.expandByPoint(ft)) : (this.boundingBox.expandByPoint(At.min), this.boundingBox.expandByPoint(At.max));
        }
    } else
      this.boundingBox.makeEmpty();
    (isNaN(this.boundingBox.min.x) || isNaN(this.boundingBox.min.y) || isNaN(this.boundingBox.min.z)) && console.error('THREE.BufferGeometry.computeBoundingBox(): Computed min/max have NaN values. The "position" attribute is likely to have NaN values.', this);
  }
  computeBoundingSphere() {
    this.boundingSphere === null && (this.boundingSphere = new Bi());
    const e = this.attributes.position, t = this.morphAttributes.position;
    if (e && e.isGLBufferAttribute) {
      console.error('THREE.BufferGeometry.computeBoundingSphere(): GLBufferAttribute requires a manual bounding sphere. Alternatively set "mesh.frustumCulled" to "false".', this), this.boundingSphere.set(new M(), 1 / 0);
      return;
    }
    if (e) {
      const n = this.boundingSphere.center;
      if (At.setFromBufferAttribute(e), t)
        for (let s = 0, o = t.length; s < o; s++) {
          const a = t[s];
          Zi.setFromBufferAttribute(a), this.morphTargetsRelative ? (ft.addVectors(At.min, Zi.min), At.expandByPoint(ft), ft.addVectors(At.max, Zi.max), At.expandByPoint(ft)) : (At.expandByPoint(Zi.min), At.expandByPoint(Zi.max));
        }
      At.getCenter(n);
      let i = 0;
      for (let s = 0, o = e.count; s < o; s++)
        ft.fromBufferAttribute(e, s), i = Math.max(i, n.distanceToSquared(ft));
      if (t)
        for (let s = 0, o = t.length; s < o; s++) {
          const a = t[s], l = this.morphTargetsRelative;
          for (let c = 0, h = a.count; c < h; c++)
            ft.fromBufferAttribute(a, c), l && (ai.fromBufferAttribute(e, c), ft.add(ai)), i = Math.max(i, n.distanceToSquared(ft));
        }
      this.boundingSphere.radius = Math.sqrt(i), isNaN(this.boundingSphere.radius) && console.error('THREE.BufferGeometry.computeBoundingSphere(): Computed radius is NaN. The "position" attribute is likely to have NaN values.', this);
    }
  }
  computeTangents() {
    const e = this.index, t = this.attributes;
    if (e === null || t.position === void 0 || t.normal === void 0 || t.uv === void 0) {
      console.error("THREE.BufferGeometry: .computeTangents() failed. Missing required attributes (index, position, normal or uv)");
      return;
    }
    const n = e.array, i = t.position.array, s = t.normal.array, o = t.uv.array, a = i.length / 3;
    this.hasAttribute("tangent") === !1 && this.setAttribute("tangent", new Qe(new Float32Array(4 * a), 4));
    const l = this.getAttribute("tangent").array, c = [], h = [];
    for (let P = 0; P < a; P++)
      c[P] = new M(), h[P] = new M();
    const u = new M(), d = new M(), f = new M(), g = new K(), p = new K(), m = new K(), y = new M(), _ = new M();
    function S(P, b, R) {
      u.fromArray(i, P * 3), d.fromArray(i, b * 3), f.fromArray(i, R * 3), g.fromArray(o, P * 2), p.fromArray(o, b * 2), m.fromArray(o, R * 2), d.sub(u), f.sub(u), p.sub(g), m.sub(g);
      const $ = 1 / (p.x * m.y - m.x * p.y);
      isFinite($) && (y.copy(d).multiplyScalar(m.y).addScaledVector(f, -p.y).multiplyScalar($), _.copy(f).multiplyScalar(p.x).addScaledVector(d, -m.x).multiplyScalar($), c[P].add(y), c[b].add(y), c[R].add(y), h[P].add(_), h[b].add(_), h[R].add(_));
    }
    let w = this.groups;
    w.length === 0 && (w = [{
      start: 0,
      count: n.length
    }]);
    for (let P = 0, b = w.length; P < b; ++P) {
      const R = w[P], $ = R.start, z = R.count;
      for (let X = $, G = $ + z; X < G; X += 3)
        S(
          n[X + 0],
          n[X + 1],
          n[X + 2]
        );
    }
    const x = new M(), L = new M(), D = new M(), T = new M();
    function N(P) {
      D.fromArray(s, P * 3), T.copy(D);
      const b = c[P];
      x.copy(b), x.sub(D.multiplyScalar(D.dot(b))).normalize(), L.crossVectors(T, b);
      const $ = L.dot(h[P]) < 0 ? -1 : 1;
      l[P * 4] = x.x, l[P * 4 + 1] = x.y, l[P * 4 + 2] = x.z, l[P * 4 + 3] = $;
    }
    for (let P = 0, b = w.length; P < b; ++P) {
      const R = w[P], $ = R.start, z = R.count;
      for (let X = $, G = $ + z; X < G; X += 3)
        N(n[X + 0]), N(n[X + 1]), N(n[X + 2]);
    }
  }
  computeVertexNormals() {
    const e = this.index, t = this.getAttribute("position");
    if (t !== void 0) {
      let n = this.getAttribute("normal");
      if (n === void 0)
        n = new Qe(new Float32Array(t.count * 3), 3), this.setAttribute("normal", n);
      else
        for (let d = 0, f = n.count; d < f; d++)
          n.setXYZ(d, 0, 0, 0);
      const i = new M(), s = new M(), o = new M(), a = new M(), l = new M(), c = new M(), h = new M(), u = new M();
      if (e)
        for (let d = 0, f = e.count; d < f; d += 3) {
          const g = e.getX(d + 0), p = e.getX(d + 1), m = e.getX(d + 2);
          i.fromBufferAttribute(t, g), s.fromBufferAttribute(t, p), o.fromBufferAttribute(t, m), h.subVectors(o, s), u.subVectors(i, s), h.cross(u), a.fromBufferAttribute(n, g), l.fromBufferAttribute(n, p), c.fromBufferAttribute(n, m), a.add(h), l.add(h), c.add(h), n.setXYZ(g, a.x, a.y, a.z), n.setXYZ(p, l.x, l.y, l.z), n.setXYZ(m, c.x, c.y, c.z);
        }
      else
        for (let d = 0, f = t.count; d < f; d += 3)
          i.fromBufferAttribute(t, d + 0), s.fromBufferAttribute(t, d + 1), o.fromBufferAttribute(t, d + 2), h.subVectors(o, s), u.subVectors(i, s), h.cross(u), n.setXYZ(d + 0, h.x, h.y, h.z), n.setXYZ(d + 1, h.x, h.y, h.z), n.setXYZ(d + 2, h.x, h.y, h.z);
      this.normalizeNormals(), n.needsUpdate = !0;
    }
  }
  merge(e, t) {
    if (!(e && e.isBufferGeometry)) {
      console.error("THREE.BufferGeometry.merge(): geometry not an instance of THREE.BufferGeometry.", e);
      return;
    }
    t === void 0 && (t = 0, console.warn(
      "THREE.BufferGeometry.merge(): Overwriting original geometry, starting at offset=0. Use BufferGeometryUtils.mergeBufferGeometries() for lossless merge."
    ));
    const n = this.attributes;
    for (const i in n) {
      if (e.attributes[i] === void 0) continue;
      const o = n[i].array, a = e.attributes[i], l = a.array, c = a.itemSize * t, h = Math.min(l.length, o.length - c);
      for (let u = 0, d = c; u < h; u++, d++)
        o[d] = l[u];
    }
    return this;
  }
  normalizeNormals() {
    const e = this.attributes.normal;
    for (let t = 0, n = e.count; t < n; t++)
      ft.fromBufferAttribute(e, t), ft.normalize(), e.setXYZ(t, ft.x, ft.y, ft.z);
  }
  toNonIndexed() {
    function e(a, l) {
      const c = a.array, h = a.itemSize, u = a.normalized, d = new c.constructor(l.length * h);
      let f = 0, g = 0;
      for (let p = 0, m = l.length; p < m; p++) {
        a.isInterleavedBufferAttribute ? f = l[p] * a.data.stride + a.offset : f = l[p] * h;
        for (let y = 0; y < h; y++)
          d[g++] = c[f++];
      }
      return new Qe(d, h, u);
    }
    if (this.index === null)
      return console.warn("THREE.BufferGeometry.toNonIndexed(): BufferGeometry is already non-indexed."), this;
    const t = new Be(), n = this.index.array, i = this.attributes;
    for (const a in i) {
      const l = i[a], c = e(l, n);
      t.setAttribute(a, c);
    }
    const s = this.morphAttributes;
    for (const a in s) {
      const l = [], c = s[a];
      for (let h = 0, u = c.length; h < u; h++) {
        const d = c[h], f = e(d, n);
        l.push(f);
      }
      t.morphAttributes[a] = l;
    }
    t.morphTargetsRelative = this.morphTargetsRelative;
    const o = this.groups;
    for (let a = 0, l = o.length; a < l; a++) {
      const c = o[a];
      t.addGroup(c.start, c.count, c.materialIndex);
    }
    return t;
  }
  toJSON() {
    const e = {
      metadata: {
        version: 4.5,
        type: "BufferGeometry",
        generator: "BufferGeometry.toJSON"
      }
    };
    if (e.uuid = this.uuid, e.type = this.type, this.name !== "" && (e.name = this.name), Object.keys(this.userData).length > 0 && (e.userData = this.userData), this.parameters !== void 0) {
      const l = this.parameters;
      for (const c in l)
        l[c] !== void 0 && (e[c] = l[c]);
      return e;
    }
    e.data = { attributes: {} };
    const t = this.index;
    t !== null && (e.data.index = {
      type: t.array.constructor.name,
      array: Array.prototype.slice.call(t.array)
    });
    const n = this.attributes;
    for (const l in n) {
      const c = n[l];
      e.data.attributes[l] = c.toJSON(e.data);
    }
    const i = {};
    let s = !1;
    for (const l in this.morphAttributes) {
      const c = this.morphAttributes[l], h = [];
      for (let u = 0, d = c.length; u < d; u++) {
        const f = c[u];
        h.push(f.toJSON(e.data));
      }
      h.length > 0 && (i[l] = h, s = !0);
    }
    s && (e.data.morphAttributes = i, e.data.morphTargetsRelative = this.morphTargetsRelative);
    const o = this.groups;
    o.length > 0 && (e.data.groups = JSON.parse(JSON.stringify(o)));
    const a = this.boundingSphere;
    return a !== null && (e.data.boundingSphere = {
      center: a.center.toArray(),
      radius: a.radius
    }), e;
  }
  clone() {
    return new this.constructor().copy(this);
  }
  copy(e) {
    this.index = null, this.attributes = {}, this.morphAttributes = {}, this.groups = [], this.boundingBox = null, this.boundingSphere = null;
    const t = {};
    this.name = e.name;
    const n = e.index;
    n !== null && this.setIndex(n.clone(t));
    const i = e.attributes;
    for (const c in i) {
      const h = i[c];
      this.setAttribute(c, h.clone(t));
    }
    const s = e.morphAttributes;
    for (const c in s) {
      const h = [], u = s[c];
      for (let d = 0, f = u.length; d < f; d++)
        h.push(u[d].clone(t));
      this.morphAttributes[c] = h;
    }
    this.morphTargetsRelative = e.morphTargetsRelative;
    const o = e.groups;
    for (let c = 0, h = o.length; c < h; c++) {
      const u = o[c];
      this.addGroup(u.start, u.count, u.materialIndex);
    }
    const a = e.boundingBox;
    a !== null && (this.boundingBox = a.clone());
    const l = e.boundingSphere;
    return l !== null && (this.boundingSphere = l.clone()), this.drawRange.start = e.drawRange.start, this.drawRange.count = e.drawRange.count, this.userData = e.userData, e.parameters !== void 0 && (this.parameters = Object.assign({}, e.parameters)), this;
  }
  dispose() {
    this.dispatchEvent({ type: "dispose" });
  }
}
Be.prototype.isBufferGeometry = !0;
const Dl = /* @__PURE__ */ new Ee(), li = /* @__PURE__ */ new Xn(), mo = /* @__PURE__ */ new Bi(), _n = /* @__PURE__ */ new M(), bn = /* @__PURE__ */ new M(), wn = /* @__PURE__ */ new M(), go = /* @__PURE__ */ new M(), yo = /* @__PURE__ */ new M(), vo = /* @__PURE__ */ new M(), ks = /* @__PURE__ */ new M(), Us = /* @__PURE__ */ new M(), Fs = /* @__PURE__ */ new M(), Hs = /* @__PURE__ */ new K(), Vs = /* @__PURE__ */ new K(), Gs = /* @__PURE__ */ new K(), xo = /* @__PURE__ */ new M(), Ws = /* @__PURE__ */ new M();
class $e extends ze {
  constructor(e = new Be(), t = new ki()) {
    super(), this.type = "Mesh", this.geometry = e, this.material = t, this.updateMorphTargets();
  }
  copy(e) {
    return super.copy(e), e.morphTargetInfluences !== void 0 && (this.morphTargetInfluences = e.morphTargetInfluences.slice()), e.morphTargetDictionary !== void 0 && (this.morphTargetDictionary = Object.assign({}, e.morphTargetDictionary)), this.material = e.material, this.geometry = e.geometry, this;
  }
  updateMorphTargets() {
    const e = this.geometry;
    if (e.isBufferGeometry) {
      const t = e.morphAttributes, n = Object.keys(t);
      if (n.length > 0) {
        const i = t[n[0]];
        if (i !== void 0) {
          this.morphTargetInfluences = [], this.morphTargetDictionary = {};
          for (let s = 0, o = i.length; s < o; s++) {
            const a = i[s].name || String(s);
            this.morphTargetInfluences.push(0), this.morphTargetDictionary[a] = s;
          }
        }
      }
    } else {
      const t = e.morphTargets;
      t !== void 0 && t.length > 0 && console.error("THREE.Mesh.updateMorphTargets() no longer supports THREE.Geometry. Use THREE.BufferGeometry instead.");
    }
  }
  raycast(e, t) {
    const n = this.geometry, i = this.material, s = this.matrixWorld;
    if (i === void 0 || (n.boundingSphere === null && n.computeBoundingSphere(), mo.copy(n.boundingSphere), mo.applyMatrix4(s), e.ray.intersectsSphere(mo) === !1) || (Dl.copy(s).invert(), li.copy(e.ray).applyMatrix4(Dl), n.boundingBox !== null && li.intersectsBox(n.boundingBox) === !1))
      return;
    let o;
    if (n.isBufferGeometry) {
      const a = n.index, l = n.attributes.position, c = n.morphAttributes.position, h = n.morphTargetsRelative, u = n.attributes.uv, d = n.attributes.uv2, f = n.groups, g = n.drawRange;
      if (a !== null)
        if (Array.isArray(i))
          for (let p = 0, m = f.length; p < m; p++) {
            const y = f[p], _ = i[y.materialIndex], S = Math.max(y.start, g.start), w = Math.min(a.count, Math.min(y.start + y.count, g.start + g.count));
            for (let x = S, L = w; x < L; x += 3) {
              const D = a.getX(x), T = a.getX(x + 1), N = a.getX(x + 2);
              o = js(this, _, e, li, l, c, h, u, d, D, T, N), o && (o.faceIndex = Math.floor(x / 3), o.face.materialIndex = y.materialIndex, t.push(o));
            }
          }
        else {
          const p = Math.max(0, g.start), m = Math.min(a.count, g.start + g.count);
          for (let y = p, _ = m; y < _; y += 3) {
            const S = a.getX(y), w = a.getX(y + 1), x = a.getX(y + 2);
            o = js(this, i, e, li, l, c, h, u, d, S, w, x), o && (o.faceIndex = Math.floor(y / 3), t.push(o));
          }
        }
      else if (l !== void 0)
        if (Array.isArray(i))
          for (let p = 0, m = f.length; p < m; p++) {
            const y = f[p], _ = i[y.materialIndex], S = Math.max(y.start, g.start), w = Math.min(l.count, Math.min(y.start + y.count, g.start + g.count));
            for (let x = S, L = w; x < L; x += 3) {
              const D = x, T = x + 1, N = x + 2;
              o = js(this, _, e, li, l, c, h, u, d, D, T, N), o && (o.faceIndex = Math.floor(x / 3), o.face.materialIndex = y.materialIndex, t.push(o));
            }
          }
        else {
          const p = Math.max(0, g.start), m = Math.min(l.count, g.start + g.count);
          for (let y = p, _ = m; y < _; y += 3) {
            const S = y, w = y + 1, x = y + 2;
            o = js(this, i, e, li, l, c, h, u, d, S, w, x), o && (o.faceIndex = Math.floor(y / 3), t.push(o));
          }
        }
    } else n.isGeometry && console.error("THREE.Mesh.raycast() no longer supports THREE.Geometry. Use THREE.BufferGeometry instead.");
  }
}
$e.prototype.isMesh = !0;
function Qd(r, e, t, n, i, s, o, a) {
  let l;
  if (e.side === It ? l = n.intersectTriangle(o, s, i, !0, a) : l = n.intersectTriangle(i, s, o, e.side !== dn, a), l === null) return null;
  Ws.copy(a), Ws.applyMatrix4(r.matrixWorld);
  const c = t.ray.origin.distanceTo(Ws);
  return c < t.near || c > t.far ? null : {
    distance: c,
    point: Ws.clone(),
    object: r
  };
}
function js(r, e, t, n, i, s, o, a, l, c, h, u) {
  _n.fromBufferAttribute(i, c), bn.fromBufferAttribute(i, h), wn.fromBufferAttribute(i, u);
  const d = r.morphTargetInfluences;
  if (s && d) {
    ks.set(0, 0, 0), Us.set(0, 0, 0), Fs.set(0, 0, 0);
    for (let g = 0, p = s.length; g < p; g++) {
      const m = d[g], y = s[g];
      m !== 0 && (go.fromBufferAttribute(y, c), yo.fromBufferAttribute(y, h), vo.fromBufferAttribute(y, u), o ? (ks.addScaledVector(go, m), Us.addScaledVector(yo, m), Fs.addScaledVector(vo, m)) : (ks.addScaledVector(go.sub(_n), m), Us.addScaledVector(yo.sub(bn), m), Fs.addScaledVector(vo.sub(wn), m)));
    }
    _n.add(ks), bn.add(Us), wn.add(Fs);
  }
  r.isSkinnedMesh && (r.boneTransform(c, _n), r.boneTransform(h, bn), r.boneTransform(u, wn));
  const f = Qd(r, e, t, n, _n, bn, wn, xo);
  if (f) {
    a && (Hs.fromBufferAttribute(a, c), Vs.fromBufferAttribute(a, h), Gs.fromBufferAttribute(a, u), f.uv = at.getUV(xo, _n, bn, wn, Hs, Vs, Gs, new K())), l && (Hs.fromBufferAttribute(l, c), Vs.fromBufferAttribute(l, h), Gs.fromBufferAttribute(l, u), f.uv2 = at.getUV(xo, _n, bn, wn, Hs, Vs, Gs, new K()));
    const g = {
      a: c,
      b: h,
      c: u,
      normal: new M(),
      materialIndex: 0
    };
    at.getNormal(_n, bn, wn, g.normal), f.face = g;
  }
  return f;
}
class Ui extends Be {
  constructor(e = 1, t = 1, n = 1, i = 1, s = 1, o = 1) {
    super(), this.type = "BoxGeometry", this.parameters = {
      width: e,
      height: t,
      depth: n,
      widthSegments: i,
      heightSegments: s,
      depthSegments: o
    };
    const a = this;
    i = Math.floor(i), s = Math.floor(s), o = Math.floor(o);
    const l = [], c = [], h = [], u = [];
    let d = 0, f = 0;
    g("z", "y", "x", -1, -1, n, t, e, o, s, 0), g("z", "y", "x", 1, -1, n, t, -e, o, s, 1), g("x", "z", "y", 1, 1, e, n, t, i, o, 2), g("x", "z", "y", 1, -1, e, n, -t, i, o, 3), g("x", "y", "z", 1, -1, e, t, n, i, s, 4), g("x", "y", "z", -1, -1, e, t, -n, i, s, 5), this.setIndex(l), this.setAttribute("position", new De(c, 3)), this.setAttribute("normal", new De(h, 3)), this.setAttribute("uv", new De(u, 2));
    function g(p, m, y, _, S, w, x, L, D, T, N) {
      const P = w / D, b = x / T, R = w / 2, $ = x / 2, z = L / 2, X = D + 1, G = T + 1;
      let q = 0, O = 0;
      const ne = new M();
      for (let Q = 0; Q < G; Q++) {
        const ue = Q * b - $;
        for (let le = 0; le < X; le++) {
          const Me = le * P - R;
          ne[p] = Me * _, ne[m] = ue * S, ne[y] = z, c.push(ne.x, ne.y, ne.z), ne[p] = 0, ne[m] = 0, ne[y] = L > 0 ? 1 : -1, h.push(ne.x, ne.y, ne.z), u.push(le / D), u.push(1 - Q / T), q += 1;
        }
      }
      for (let Q = 0; Q < T; Q++)
        for (let ue = 0; ue < D; ue++) {
          const le = d + ue + X * Q, Me = d + ue + X * (Q + 1), Pe = d + (ue + 1) + X * (Q + 1), Ce = d + (ue + 1) + X * Q;
          l.push(le, Me, Ce), l.push(Me, Pe, Ce), O += 6;
        }
      a.addGroup(f, O, N), f += O, d += q;
    }
  }
  static fromJSON(e) {
    return new Ui(e.width, e.height, e.depth, e.widthSegments, e.heightSegments, e.depthSegments);
  }
}
function Di(r) {
  const e = {};
  for (const t in r) {
    e[t] = {};
    for (const n in r[t]) {
      const i = r[t][n];
      i && (i.isColor || i.isMatrix3 || i.isMatrix4 || i.isVector2 || i.isVector3 || i.isVector4 || i.isTexture || i.isQuaternion) ? e[t][n] = i.clone() : Array.isArray(i) ? e[t][n] = i.slice() : e[t][n] = i;
    }
  }
  return e;
}
function _t(r) {
  const e = {};
  for (let t = 0; t < r.length; t++) {
    const n = Di(r[t]);
    for (const i in n)
      e[i] = n[i];
  }
  return e;
}
const Ih = { clone: Di, merge: _t };
var ef = `void main() {
	gl_Position = projectionMatrix * modelViewMatrix * vec4( position, 1.0 );
}`, tf = `void main() {
	gl_FragColor = vec4( 1.0, 0.0, 0.0, 1.0 );
}`;
class Rt extends dt {
  constructor(e) {
    super(), this.type = "ShaderMaterial", this.defines = {}, this.uniforms = {}, this.vertexShader = ef, this.fragmentShader = tf, this.linewidth = 1, this.wireframe = !1, this.wireframeLinewidth = 1, this.fog = !1, this.lights = !1, this.clipping = !1, this.extensions = {
      derivatives: !1,
      // set to use derivatives
      fragDepth: !1,
      // set to use fragment depth values
      drawBuffers: !1,
      // set to use draw buffers
      shaderTextureLOD: !1
      // set to use shader texture LOD
    }, this.defaultAttributeValues = {
      color: [1, 1, 1],
      uv: [0, 0],
      uv2: [0, 0]
    }, this.index0AttributeName = void 0, this.uniformsNeedUpdate = !1, this.glslVersion = null, e !== void 0 && (e.attributes !== void 0 && console.error("THREE.ShaderMaterial: attributes should now be defined in THREE.BufferGeometry instead."), this.setValues(e));
  }
  copy(e) {
    return super.copy(e), this.fragmentShader = e.fragmentShader, this.vertexShader = e.vertexShader, this.uniforms = Di(e.uniforms), this.defines = Object.assign({}, e.defines), this.wireframe = e.wireframe, this.wireframeLinewidth = e.wireframeLinewidth, this.lights = e.lights, this.clipping = e.clipping, this.extensions = Object.assign({}, e.extensions), this.glslVersion = e.glslVersion, this;
  }
  toJSON(e) {
    const t = super.toJSON(e);
    t.glslVersion = this.glslVersion, t.uniforms = {};
    for (const i in this.uniforms) {
      const o = this.uniforms[i].value;
      o && o.isTexture ? t.uniforms[i] = {
        type: "t",
        value: o.toJSON(e).uuid
      } : o && o.isColor ? t.uniforms[i] = {
        type: "c",
        value: o.getHex()
      } : o && o.isVector2 ? t.uniforms[i] = {
        type: "v2",
        value: o.toArray()
      } : o && o.isVector3 ? t.uniforms[i] = {
        type: "v3",
        value: o.toArray()
      } : o && o.isVector4 ? t.uniforms[i] = {
        type: "v4",
        value: o.toArray()
      } : o && o.isMatrix3 ? t.uniforms[i] = {
        type: "m3",
        value: o.toArray()
      } : o && o.isMatrix4 ? t.uniforms[i] = {
        type: "m4",
        value: o.toArray()
      } : t.uniforms[i] = {
        value: o
      };
    }
    Object.keys(this.defines).length > 0 && (t.defines = this.defines), t.vertexShader = this.vertexShader, t.fragmentShader = this.fragmentShader;
    const n = {};
    for (const i in this.extensions)
      this.extensions[i] === !0 && (n[i] = !0);
    return Object.keys(n).length > 0 && (t.extensions = n), t;
  }
}
Rt.prototype.isShaderMaterial = !0;
class bs extends ze {
  constructor() {
    super(), this.type = "Camera", this.matrixWorldInverse = new Ee(), this.projectionMatrix = new Ee(), this.projectionMatrixInverse = new Ee();
  }
  copy(e, t) {
    return super.copy(e, t), this.matrixWorldInverse.copy(e.matrixWorldInverse), this.projectionMatrix.copy(e.projectionMatrix), this.projectionMatrixInverse.copy(e.projectionMatrixInverse), this;
  }
  getWorldDirection(e) {
    this.updateWorldMatrix(!0, !1);
    const t = this.matrixWorld.elements;
    return e.set(-t[8], -t[9], -t[10]).normalize();
  }
  updateMatrixWorld(e) {
    super.updateMatrixWorld(e), this.matrixWorldInverse.copy(this.matrixWorld).invert();
  }
  updateWorldMatrix(e, t) {
    super.updateWorldMatrix(e, t), this.matrixWorldInverse.copy(this.matrixWorld).invert();
  }
  clone() {
    return new this.constructor().copy(this);
  }
}
bs.prototype.isCamera = !0;
class Et extends bs {
  constructor(e = 50, t = 1, n = 0.1, i = 2e3) {
    super(), this.type = "PerspectiveCamera", this.fov = e, this.zoom = 1, this.near = n, this.far = i, this.focus = 10, this.aspect = t, this.view = null, this.filmGauge = 35, this.filmOffset = 0, this.updateProjectionMatrix();
  }
  copy(e, t) {
    return super.copy(e, t), this.fov = e.fov, this.zoom = e.zoom, this.near = e.near, this.far = e.far, this.focus = e.focus, this.aspect = e.aspect, this.view = e.view === null ? null : Object.assign({}, e.view), this.filmGauge = e.filmGauge, this.filmOffset = e.filmOffset, this;
  }
  /**
   * Sets the FOV by focal length in respect to the current .filmGauge.
   *
   * The default film gauge is 35, so that the focal length can be specified for
   * a 35mm (full frame) camera.
   *
   * Values for focal length and film gauge must have the same unit.
   */
  setFocalLength(e) {
    const t = 0.5 * this.getFilmHeight() / e;
    this.fov = Qo * 2 * Math.atan(t), this.updateProjectionMatrix();
  }
  /**
   * Calculates the focal length from the current .fov and .filmGauge.
   */
  getFocalLength() {
    const e = Math.tan(gr * 0.5 * this.fov);
    return 0.5 * this.getFilmHeight() / e;
  }
  getEffectiveFOV() {
    return Qo * 2 * Math.atan(
      Math.tan(gr * 0.5 * this.fov) / this.zoom
    );
  }
  getFilmWidth() {
    return this.filmGauge * Math.min(this.aspect, 1);
  }
  getFilmHeight() {
    return this.filmGauge / Math.max(this.aspect, 1);
  }
  /**
   * Sets an offset in a larger frustum. This is useful for multi-window or
   * multi-monitor/multi-machine setups.
   *
   * For example, if you have 3x2 monitors and each monitor is 1920x1080 and
   * the monitors are in grid like this
   *
   *   +---+---+---+
   *   | A | B | C |
   *   +---+---+---+
   *   | D | E | F |
   *   +---+---+---+
   *
   * then for each monitor you would call it like this
   *
   *   const w = 1920;
   *   const h = 1080;
   *   const fullWidth = w * 3;
   *   const fullHeight = h * 2;
   *
   *   --A--
   *   camera.setViewOffset( fullWidth, fullHeight, w * 0, h * 0, w, h );
   *   --B--
   *   camera.setViewOffset( fullWidth, fullHeight, w * 1, h * 0, w, h );
   *   --C--
   *   camera.setViewOffset( fullWidth, fullHeight, w * 2, h * 0, w, h );
   *   --D--
   *   camera.setViewOffset( fullWidth, fullHeight, w * 0, h * 1, w, h );
   *   --E--
   *   camera.setViewOffset( fullWidth, fullHeight, w * 1, h * 1, w, h );
   *   --F--
   *   camera.setViewOffset( fullWidth, fullHeight, w * 2, h * 1, w, h );
   *
   *   Note there is no reason monitors have to be the same size or in a grid.
   */
  setViewOffset(e, t, n, i, s, o) {
    this.aspect = e / t, this.view === null && (this.view = {
      enabled: !0,
      fullWidth: 1,
      fullHeight: 1,
      offsetX: 0,
      offsetY: 0,
      width: 1,
      height: 1
    }), this.view.enabled = !0, this.view.fullWidth = e, this.view.fullHeight = t, this.view.offsetX = n, this.view.offsetY = i, this.view.width = s, this.view.height = o, this.updateProjectionMatrix();
  }
  clearViewOffset() {
    this.view !== null && (this.view.enabled = !1), this.updateProjectionMatrix();
  }
  updateProjectionMatrix() {
    const e = this.near;
    let t = e * Math.tan(gr * 0.5 * this.fov) / this.zoom, n = 2 * t, i = this.aspect * n, s = -0.5 * i;
    const o = this.view;
    if (this.view !== null && this.view.enabled) {
      const l = o.fullWidth, c = o.fullHeight;
      s += o.offsetX * i / l, t -= o.offsetY * n / c, i *= o.width / l, n *= o.height / c;
    }
    const a = this.filmOffset;
    a !== 0 && (s += e * a / this.getFilmWidth()), this.projectionMatrix.makePerspective(s, s + i, t, t - n, e, this.far), this.projectionMatrixInverse.copy(this.projectionMatrix).invert();
  }
  toJSON(e) {
    const t = super.toJSON(e);
    return t.object.fov = this.fov, t.object.zoom = this.zoom, t.object.near = this.near, t.object.far = this.far, t.object.focus = this.focus, t.object.aspect = this.aspect, this.view !== null && (t.object.view = Object.assign({}, this.view)), t.object.filmGauge = this.filmGauge, t.object.filmOffset = this.filmOffset, t;
  }
}
Et.prototype.isPerspectiveCamera = !0;
const ci = 90, hi = 1;
class ya extends ze {
  constructor(e, t, n) {
    if (super(), this.type = "CubeCamera", n.isWebGLCubeRenderTarget !== !0) {
      console.error("THREE.CubeCamera: The constructor now expects an instance of WebGLCubeRenderTarget as third parameter.");
      return;
    }
    this.renderTarget = n;
    const i = new Et(ci, hi, e, t);
    i.layers = this.layers, i.up.set(0, -1, 0), i.lookAt(new M(1, 0, 0)), this.add(i);
    const s = new Et(ci, hi, e, t);
    s.layers = this.layers, s.up.set(0, -1, 0), s.lookAt(new M(-1, 0, 0)), this.add(s);
    const o = new Et(ci, hi, e, t);
    o.layers = this.layers, o.up.set(0, 0, 1), o.lookAt(new M(0, 1, 0)), this.add(o);
    const a = new Et(ci, hi, e, t);
    a.layers = this.layers, a.up.set(0, 0, -1), a.lookAt(new M(0, -1, 0)), this.add(a);
    const l = new Et(ci, hi, e, t);
    l.layers = this.layers, l.up.set(0, -1, 0), l.lookAt(new M(0, 0, 1)), this.add(l);
    const c = new Et(ci, hi, e, t);
    c.layers = this.layers, c.up.set(0, -1, 0), c.lookAt(new M(0, 0, -1)), this.add(c);
  }
  update(e, t) {
    this.parent === null && this.updateMatrixWorld();
    const n = this.renderTarget, [i, s, o, a, l, c] = this.children, h = e.getRenderTarget(), u = e.outputEncoding, d = e.toneMapping, f = e.xr.enabled;
    e.outputEncoding = fn, e.toneMapping = un, e.xr.enabled = !1;
    const g = n.texture.generateMipmaps;
    n.texture.generateMipmaps = !1, e.setRenderTarget(n, 0), e.render(t, i), e.setRenderTarget(n, 1), e.render(t, s), e.setRenderTarget(n, 2), e.render(t, o), e.setRenderTarget(n, 3), e.render(t, a), e.setRenderTarget(n, 4), e.render(t, l), n.texture.generateMipmaps = g, e.setRenderTarget(n, 5), e.render(t, c), e.setRenderTarget(h), e.outputEncoding = u, e.toneMapping = d, e.xr.enabled = f, n.texture.needsPMREMUpdate = !0;
  }
}
class Dr extends gt {
  constructor(e, t, n, i, s, o, a, l, c, h) {
    e = e !== void 0 ? e : [], t = t !== void 0 ? t : Ri, super(e, t, n, i, s, o, a, l, c, h), this.flipY = !1;
  }
  get images() {
    return this.image;
  }
  set images(e) {
    this.image = e;
  }
}
Dr.prototype.isCubeTexture = !0;
class Dh extends Lt {
  constructor(e, t = {}) {
    super(e, e, t);
    const n = { width: e, height: e, depth: 1 }, i = [n, n, n, n, n, n];
    this.texture = new Dr(i, t.mapping, t.wrapS, t.wrapT, t.magFilter, t.minFilter, t.format, t.type, t.anisotropy, t.encoding), this.texture.isRenderTargetTexture = !0, this.texture.generateMipmaps = t.generateMipmaps !== void 0 ? t.generateMipmaps : !1, this.texture.minFilter = t.minFilter !== void 0 ? t.minFilter : St;
  }
  fromEquirectangularTexture(e, t) {
    this.texture.type = t.type, this.texture.encoding = t.encoding, this.texture.generateMipmaps = t.generateMipmaps, this.texture.minFilter = t.minFilter, this.texture.magFilter = t.magFilter;
    const n = {
      uniforms: {
        tEquirect: { value: null }
      },
      vertexShader: (
        /* glsl */
        `

				varying vec3 vWorldDirection;

				vec3 transformDirection( in vec3 dir, in mat4 matrix ) {

					return normalize( ( matrix * vec4( dir, 0.0 ) ).xyz );

				}

				void main() {

					vWorldDirection = transformDirection( position, modelMatrix );

					#include <begin_vertex>
					#include <project_vertex>

				}
			`
      ),
      fragmentShader: (
        /* glsl */
        `

				uniform sampler2D tEquirect;

				varying vec3 vWorldDirection;

				#include <common>

				void main() {

					vec3 direction = normalize( vWorldDirection );

					vec2 sampleUV = equirectUv( direction );

					gl_FragColor = texture2D( tEquirect, sampleUV );

				}
			`
      )
    }, i = new Ui(5, 5, 5), s = new Rt({
      name: "CubemapFromEquirect",
      uniforms: Di(n.uniforms),
      vertexShader: n.vertexShader,
      fragmentShader: n.fragmentShader,
      side: It,
      blending: Tn
    });
    s.uniforms.tEquirect.value = t;
    const o = new $e(i, s), a = t.minFilter;
    return t.minFilter === Pr && (t.minFilter = St), new ya(1, 10, this).update(e, o), t.minFilter = a, o.geometry.dispose(), o.material.dispose(), this;
  }
  clear(e, t, n, i) {
    const s = e.getRenderTarget();
    for (let o = 0; o < 6; o++)
      e.setRenderTarget(this, o), e.clear(t, n, i);
    e.setRenderTarget(s);
  }
}
Dh.prototype.isWebGLCubeRenderTarget = !0;
const _o = /* @__PURE__ */ new M(), nf = /* @__PURE__ */ new M(), sf = /* @__PURE__ */ new ut();
class Zt {
  constructor(e = new M(1, 0, 0), t = 0) {
    this.normal = e, this.constant = t;
  }
  set(e, t) {
    return this.normal.copy(e), this.constant = t, this;
  }
  setComponents(e, t, n, i) {
    return this.normal.set(e, t, n), this.constant = i, this;
  }
  setFromNormalAndCoplanarPoint(e, t) {
    return this.normal.copy(e), this.constant = -t.dot(this.normal), this;
  }
  setFromCoplanarPoints(e, t, n) {
    const i = _o.subVectors(n, t).cross(nf.subVectors(e, t)).normalize();
    return this.setFromNormalAndCoplanarPoint(i, e), this;
  }
  copy(e) {
    return this.normal.copy(e.normal), this.constant = e.constant, this;
  }
  normalize() {
    const e = 1 / this.normal.length();
    return this.normal.multiplyScalar(e), this.constant *= e, this;
  }
  negate() {
    return this.constant *= -1, this.normal.negate(), this;
  }
  distanceToPoint(e) {
    return this.normal.dot(e) + this.constant;
  }
  distanceToSphere(e) {
    return this.distanceToPoint(e.center) - e.radius;
  }
  projectPoint(e, t) {
    return t.copy(this.normal).multiplyScalar(-this.distanceToPoint(e)).add(e);
  }
  intersectLine(e, t) {
    const n = e.delta(_o), i = this.normal.dot(n);
    if (i === 0)
      return this.distanceToPoint(e.start) === 0 ? t.copy(e.start) : null;
    const s = -(e.start.dot(this.normal) + this.constant) / i;
    return s < 0 || s > 1 ? null : t.copy(n).multiplyScalar(s).add(e.start);
  }
  intersectsLine(e) {
    const t = this.distanceToPoint(e.start), n = this.distanceToPoint(e.end);
    return t < 0 && n > 0 || n < 0 && t > 0;
  }
  intersectsBox(e) {
    return e.intersectsPlane(this);
  }
  intersectsSphere(e) {
    return e.intersectsPlane(this);
  }
  coplanarPoint(e) {
    return e.copy(this.normal).multiplyScalar(-this.constant);
  }
  applyMatrix4(e, t) {
    const n = t || sf.getNormalMatrix(e), i = this.coplanarPoint(_o).applyMatrix4(e), s = this.normal.applyMatrix3(n).normalize();
    return this.constant = -i.dot(s), this;
  }
  translate(e) {
    return this.constant -= e.dot(this.normal), this;
  }
  equals(e) {
    return e.normal.equals(this.normal) && e.constant === this.constant;
  }
  clone() {
    return new this.constructor().copy(this);
  }
}
Zt.prototype.isPlane = !0;
const ui = /* @__PURE__ */ new Bi(), qs = /* @__PURE__ */ new M();
class ws {
  constructor(e = new Zt(), t = new Zt(), n = new Zt(), i = new Zt(), s = new Zt(), o = new Zt()) {
    this.planes = [e, t, n, i, s, o];
  }
  set(e, t, n, i, s, o) {
    const a = this.planes;
    return a[0].copy(e), a[1].copy(t), a[2].copy(n), a[3].copy(i), a[4].copy(s), a[5].copy(o), this;
  }
  copy(e) {
    const t = this.planes;
    for (let n = 0; n < 6; n++)
      t[n].copy(e.planes[n]);
    return this;
  }
  setFromProjectionMatrix(e) {
    const t = this.planes, n = e.elements, i = n[0], s = n[1], o = n[2], a = n[3], l = n[4], c = n[5], h = n[6], u = n[7], d = n[8], f = n[9], g = n[10], p = n[11], m = n[12], y = n[13], _ = n[14], S = n[15];
    return t[0].setComponents(a - i, u - l, p - d, S - m).normalize(), t[1].setComponents(a + i, u + l, p + d, S + m).normalize(), t[2].setComponents(a + s, u + c, p + f, S + y).normalize(), t[3].setComponents(a - s, u - c, p - f, S - y).normalize(), t[4].setComponents(a - o, u - h, p - g, S - _).normalize(), t[5].setComponents(a + o, u + h, p + g, S + _).normalize(), this;
  }
  intersectsObject(e) {
    const t = e.geometry;
    return t.boundingSphere === null && t.computeBoundingSphere(), ui.copy(t.boundingSphere).applyMatrix4(e.matrixWorld), this.intersectsSphere(ui);
  }
  intersectsSprite(e) {
    return ui.center.set(0, 0, 0), ui.radius = 0.7071067811865476, ui.applyMatrix4(e.matrixWorld), this.intersectsSphere(ui);
  }
  intersectsSphere(e) {
    const t = this.planes, n = e.center, i = -e.radius;
    for (let s = 0; s < 6; s++)
      if (t[s].distanceToPoint(n) < i)
        return !1;
    return !0;
  }
  intersectsBox(e) {
    const t = this.planes;
    for (let n = 0; n < 6; n++) {
      const i = t[n];
      if (qs.x = i.normal.x > 0 ? e.max.x : e.min.x, qs.y = i.normal.y > 0 ? e.max.y : e.min.y, qs.z = i.normal.z > 0 ? e.max.z : e.min.z, i.distanceToPoint(qs) < 0)
        return !1;
    }
    return !0;
  }
  containsPoint(e) {
    const t = this.planes;
    for (let n = 0; n < 6; n++)
      if (t[n].distanceToPoint(e) < 0)
        return !1;
    return !0;
  }
  clone() {
    return new this.constructor().copy(this);
  }
}
function Nh() {
  let r = null, e = !1, t = null, n = null;
  function i(s, o) {
    t(s, o), n = r.requestAnimationFrame(i);
  }
  return {
    start: function() {
      e !== !0 && t !== null && (n = r.requestAnimationFrame(i), e = !0);
    },
    stop: function() {
      r.cancelAnimationFrame(n), e = !1;
    },
    setAnimationLoop: function(s) {
      t = s;
    },
    setContext: function(s) {
      r = s;
    }
  };
}
function rf(r, e) {
  const t = e.isWebGL2, n = /* @__PURE__ */ new WeakMap();
  function i(c, h) {
    const u = c.array, d = c.usage, f = r.createBuffer();
    r.bindBuffer(h, f), r.bufferData(h, u, d), c.onUploadCallback();
    let g;
    if (u instanceof Float32Array)
      g = 5126;
    else if (u instanceof Uint16Array)
      if (c.isFloat16BufferAttribute)
        if (t)
          g = 5131;
        else
          throw new Error("THREE.WebGLAttributes: Usage of Float16BufferAttribute requires WebGL2.");
      else
        g = 5123;
    else if (u instanceof Int16Array)
      g = 5122;
    else if (u instanceof Uint32Array)
      g = 5125;
    else if (u instanceof Int32Array)
      g = 5124;
    else if (u instanceof Int8Array)
      g = 5120;
    else if (u instanceof Uint8Array)
      g = 5121;
    else if (u instanceof Uint8ClampedArray)
      g = 5121;
    else
      throw new Error("THREE.WebGLAttributes: Unsupported buffer data format: " + u);
    return {
      buffer: f,
      type: g,
      bytesPerElement: u.BYTES_PER_ELEMENT,
      version: c.version
    };
  }
  function s(c, h, u) {
    const d = h.array, f = h.updateRange;
    r.bindBuffer(u, c), f.count === -1 ? r.bufferSubData(u, 0, d) : (t ? r.bufferSubData(
      u,
      f.offset * d.BYTES_PER_ELEMENT,
      d,
      f.offset,
      f.count
    ) : r.bufferSubData(
      u,
      f.offset * d.BYTES_PER_ELEMENT,
      d.subarray(f.offset, f.offset + f.count)
    ), f.count = -1);
  }
  function o(c) {
    return c.isInterleavedBufferAttribute && (c = c.data), n.get(c);
  }
  function a(c) {
    c.isInterleavedBufferAttribute && (c = c.data);
    const h = n.get(c);
    h && (r.deleteBuffer(h.buffer), n.delete(c));
  }
  function l(c, h) {
    if (c.isGLBufferAttribute) {
      const d = n.get(c);
      (!d || d.version < c.version) && n.set(c, {
        buffer: c.buffer,
        type: c.type,
        bytesPerElement: c.elementSize,
        version: c.version
      });
      return;
    }
    c.isInterleavedBufferAttribute && (c = c.data);
    const u = n.get(c);
    u === void 0 ? n.set(c, i(c, h)) : u.version < c.version && (s(u.buffer, c, h), u.version = c.version);
  }
  return {
    get: o,
    remove: a,
    update: l
  };
}
class va extends Be {
  constructor(e = 1, t = 1, n = 1, i = 1) {
    super(), this.type = "PlaneGeometry", this.parameters = {
      width: e,
      height: t,
      widthSegments: n,
      heightSegments: i
    };
    const s = e / 2, o = t / 2, a = Math.floor(n), l = Math.floor(i), c = a + 1, h = l + 1, u = e / a, d = t / l, f = [], g = [], p = [], m = [];
    for (let y = 0; y < h; y++) {
      const _ = y * d - o;
      for (let S = 0; S < c; S++) {
        const w = S * u - s;
        g.push(w, -_, 0), p.push(0, 0, 1), m.push(S / a), m.push(1 - y / l);
      }
    }
    for (let y = 0; y < l; y++)
      for (let _ = 0; _ < a; _++) {
        const S = _ + c * y, w = _ + c * (y + 1), x = _ + 1 + c * (y + 1), L = _ + 1 + c * y;
        f.push(S, w, L), f.push(w, x, L);
      }
    this.setIndex(f), this.setAttribute("position", new De(g, 3)), this.setAttribute("normal", new De(p, 3)), this.setAttribute("uv", new De(m, 2));
  }
  static fromJSON(e) {
    return new va(e.width, e.height, e.widthSegments, e.heightSegments);
  }
}
var of = `#ifdef USE_ALPHAMAP
	diffuseColor.a *= texture2D( alphaMap, vUv ).g;
#endif`, af = `#ifdef USE_ALPHAMAP
	uniform sampler2D alphaMap;
#endif`, lf = `#ifdef USE_ALPHATEST
	if ( diffuseColor.a < alphaTest ) discard;
#endif`, cf = `#ifdef USE_ALPHATEST
	uniform float alphaTest;
#endif`, hf = `#ifdef USE_AOMAP
	float ambientOcclusion = ( texture2D( aoMap, vUv2 ).r - 1.0 ) * aoMapIntensity + 1.0;
	reflectedLight.indirectDiffuse *= ambientOcclusion;
	#if defined( USE_ENVMAP ) && defined( STANDARD )
		float dotNV = saturate( dot( geometry.normal, geometry.viewDir ) );
		reflectedLight.indirectSpecular *= computeSpecularOcclusion( dotNV, ambientOcclusion, material.roughness );
	#endif
#endif`, uf = `#ifdef USE_AOMAP
	uniform sampler2D aoMap;
	uniform float aoMapIntensity;
#endif`, df = "vec3 transformed = vec3( position );", ff = `vec3 objectNormal = vec3( normal );
#ifdef USE_TANGENT
	vec3 objectTangent = vec3( tangent.xyz );
#endif`, pf = `vec3 BRDF_Lambert( const in vec3 diffuseColor ) {
	return RECIPROCAL_PI * diffuseColor;
}
vec3 F_Schlick( const in vec3 f0, const in float f90, const in float dotVH ) {
	float fresnel = exp2( ( - 5.55473 * dotVH - 6.98316 ) * dotVH );
	return f0 * ( 1.0 - fresnel ) + ( f90 * fresnel );
}
float V_GGX_SmithCorrelated( const in float alpha, const in float dotNL, const in float dotNV ) {
	float a2 = pow2( alpha );
	float gv = dotNL * sqrt( a2 + ( 1.0 - a2 ) * pow2( dotNV ) );
	float gl = dotNV * sqrt( a2 + ( 1.0 - a2 ) * pow2( dotNL ) );
	return 0.5 / max( gv + gl, EPSILON );
}
float D_GGX( const in float alpha, const in float dotNH ) {
	float a2 = pow2( alpha );
	float denom = pow2( dotNH ) * ( a2 - 1.0 ) + 1.0;
	return RECIPROCAL_PI * a2 / pow2( denom );
}
vec3 BRDF_GGX( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, const in vec3 f0, const in float f90, const in float roughness ) {
	float alpha = pow2( roughness );
	vec3 halfDir = normalize( lightDir + viewDir );
	float dotNL = saturate( dot( normal, lightDir ) );
	float dotNV = saturate( dot( normal, viewDir ) );
	float dotNH = saturate( dot( normal, halfDir ) );
	float dotVH = saturate( dot( viewDir, halfDir ) );
	vec3 F = F_Schlick( f0, f90, dotVH );
	float V = V_GGX_SmithCorrelated( alpha, dotNL, dotNV );
	float D = D_GGX( alpha, dotNH );
	return F * ( V * D );
}
vec2 LTC_Uv( const in vec3 N, const in vec3 V, const in float roughness ) {
	const float LUT_SIZE = 64.0;
	const float LUT_SCALE = ( LUT_SIZE - 1.0 ) / LUT_SIZE;
	const float LUT_BIAS = 0.5 / LUT_SIZE;
	float dotNV = saturate( dot( N, V ) );
	vec2 uv = vec2( roughness, sqrt( 1.0 - dotNV ) );
	uv = uv * LUT_SCALE + LUT_BIAS;
	return uv;
}
float LTC_ClippedSphereFormFactor( const in vec3 f ) {
	float l = length( f );
	return max( ( l * l + f.z ) / ( l + 1.0 ), 0.0 );
}
vec3 LTC_EdgeVectorFormFactor( const in vec3 v1, const in vec3 v2 ) {
	float x = dot( v1, v2 );
	float y = abs( x );
	float a = 0.8543985 + ( 0.4965155 + 0.0145206 * y ) * y;
	float b = 3.4175940 + ( 4.1616724 + y ) * y;
	float v = a / b;
	float theta_sintheta = ( x > 0.0 ) ? v : 0.5 * inversesqrt( max( 1.0 - x * x, 1e-7 ) ) - v;
	return cross( v1, v2 ) * theta_sintheta;
}
vec3 LTC_Evaluate( const in vec3 N, const in vec3 V, const in vec3 P, const in mat3 mInv, const in vec3 rectCoords[ 4 ] ) {
	vec3 v1 = rectCoords[ 1 ] - rectCoords[ 0 ];
	vec3 v2 = rectCoords[ 3 ] - rectCoords[ 0 ];
	vec3 lightNormal = cross( v1, v2 );
	if( dot( lightNormal, P - rectCoords[ 0 ] ) < 0.0 ) return vec3( 0.0 );
	vec3 T1, T2;
	T1 = normalize( V - N * dot( V, N ) );
	T2 = - cross( N, T1 );
	mat3 mat = mInv * transposeMat3( mat3( T1, T2, N ) );
	vec3 coords[ 4 ];
	coords[ 0 ] = mat * ( rectCoords[ 0 ] - P );
	coords[ 1 ] = mat * ( rectCoords[ 1 ] - P );
	coords[ 2 ] = mat * ( rectCoords[ 2 ] - P );
	coords[ 3 ] = mat * ( rectCoords[ 3 ] - P );
	coords[ 0 ] = normalize( coords[ 0 ] );
	coords[ 1 ] = normalize( coords[ 1 ] );
	coords[ 2 ] = normalize( coords[ 2 ] );
	coords[ 3 ] = normalize( coords[ 3 ] );
	vec3 vectorFormFactor = vec3( 0.0 );
	vectorFormFactor += LTC_EdgeVectorFormFactor( coords[ 0 ], coords[ 1 ] );
	vectorFormFactor += LTC_EdgeVectorFormFactor( coords[ 1 ], coords[ 2 ] );
	vectorFormFactor += LTC_EdgeVectorFormFactor( coords[ 2 ], coords[ 3 ] );
	vectorFormFactor += LTC_EdgeVectorFormFactor( coords[ 3 ], coords[ 0 ] );
	float result = LTC_ClippedSphereFormFactor( vectorFormFactor );
	return vec3( result );
}
float G_BlinnPhong_Implicit( ) {
	return 0.25;
}
float D_BlinnPhong( const in float shininess, const in float dotNH ) {
	return RECIPROCAL_PI * ( shininess * 0.5 + 1.0 ) * pow( dotNH, shininess );
}
vec3 BRDF_BlinnPhong( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, const in vec3 specularColor, const in float shininess ) {
	vec3 halfDir = normalize( lightDir + viewDir );
	float dotNH = saturate( dot( normal, halfDir ) );
	float dotVH = saturate( dot( viewDir, halfDir ) );
	vec3 F = F_Schlick( specularColor, 1.0, dotVH );
	float G = G_BlinnPhong_Implicit( );
	float D = D_BlinnPhong( shininess, dotNH );
	return F * ( G * D );
}
#if defined( USE_SHEEN )
float D_Charlie( float roughness, float dotNH ) {
	float alpha = pow2( roughness );
	float invAlpha = 1.0 / alpha;
	float cos2h = dotNH * dotNH;
	float sin2h = max( 1.0 - cos2h, 0.0078125 );
	return ( 2.0 + invAlpha ) * pow( sin2h, invAlpha * 0.5 ) / ( 2.0 * PI );
}
float V_Neubelt( float dotNV, float dotNL ) {
	return saturate( 1.0 / ( 4.0 * ( dotNL + dotNV - dotNL * dotNV ) ) );
}
vec3 BRDF_Sheen( const in vec3 lightDir, const in vec3 viewDir, const in vec3 normal, vec3 sheenColor, const in float sheenRoughness ) {
	vec3 halfDir = normalize( lightDir + viewDir );
	float dotNL = saturate( dot( normal, lightDir ) );
	float dotNV = saturate( dot( normal, viewDir ) );
	float dotNH = saturate( dot( normal, halfDir ) );
	float D = D_Charlie( sheenRoughness, dotNH );
	float V = V_Neubelt( dotNV, dotNL );
	return sheenColor * ( D * V );
}
#endif`, mf = `#ifdef USE_BUMPMAP
	uniform sampler2D bumpMap;
	uniform float bumpScale;
	vec2 dHdxy_fwd() {
		vec2 dSTdx = dFdx( vUv );
		vec2 dSTdy = dFdy( vUv );
		float Hll = bumpScale * texture2D( bumpMap, vUv ).x;
		float dBx = bumpScale * texture2D( bumpMap, vUv + dSTdx ).x - Hll;
		float dBy = bumpScale * texture2D( bumpMap, vUv + dSTdy ).x - Hll;
		return vec2( dBx, dBy );
	}
	vec3 perturbNormalArb( vec3 surf_pos, vec3 surf_norm, vec2 dHdxy, float faceDirection ) {
		vec3 vSigmaX = vec3( dFdx( surf_pos.x ), dFdx( surf_pos.y ), dFdx( surf_pos.z ) );
		vec3 vSigmaY = vec3( dFdy( surf_pos.x ), dFdy( surf_pos.y ), dFdy( surf_pos.z ) );
		vec3 vN = surf_norm;
		vec3 R1 = cross( vSigmaY, vN );
		vec3 R2 = cross( vN, vSigmaX );
		float fDet = dot( vSigmaX, R1 ) * faceDirection;
		vec3 vGrad = sign( fDet ) * ( dHdxy.x * R1 + dHdxy.y * R2 );
		return normalize( abs( fDet ) * surf_norm - vGrad );
	}
#endif`, gf = `#if NUM_CLIPPING_PLANES > 0
	vec4 plane;
	#pragma unroll_loop_start
	for ( int i = 0; i < UNION_CLIPPING_PLANES; i ++ ) {
		plane = clippingPlanes[ i ];
		if ( dot( vClipPosition, plane.xyz ) > plane.w ) discard;
	}
	#pragma unroll_loop_end
	#if UNION_CLIPPING_PLANES < NUM_CLIPPING_PLANES
		bool clipped = true;
		#pragma unroll_loop_start
		for ( int i = UNION_CLIPPING_PLANES; i < NUM_CLIPPING_PLANES; i ++ ) {
			plane = clippingPlanes[ i ];
			clipped = ( dot( vClipPosition, plane.xyz ) > plane.w ) && clipped;
		}
		#pragma unroll_loop_end
		if ( clipped ) discard;
	#endif
#endif`, yf = `#if NUM_CLIPPING_PLANES > 0
	varying vec3 vClipPosition;
	uniform vec4 clippingPlanes[ NUM_CLIPPING_PLANES ];
#endif`, vf = `#if NUM_CLIPPING_PLANES > 0
	varying vec3 vClipPosition;
#endif`, xf = `#if NUM_CLIPPING_PLANES > 0
	vClipPosition = - mvPosition.xyz;
#endif`, _f = `#if defined( USE_COLOR_ALPHA )
	diffuseColor *= vColor;
#elif defined( USE_COLOR )
	diffuseColor.rgb *= vColor;
#endif`, bf = `#if defined( USE_COLOR_ALPHA )
	varying vec4 vColor;
#elif defined( USE_COLOR )
	varying vec3 vColor;
#endif`, wf = `#if defined( USE_COLOR_ALPHA )
	varying vec4 vColor;
#elif defined( USE_COLOR ) || defined( USE_INSTANCING_COLOR )
	varying vec3 vColor;
#endif`, Mf = `#if defined( USE_COLOR_ALPHA )
	vColor = vec4( 1.0 );
#elif defined( USE_COLOR ) || defined( USE_INSTANCING_COLOR )
	vColor = vec3( 1.0 );
#endif
#ifdef USE_COLOR
	vColor *= color;
#endif
#ifdef USE_INSTANCING_COLOR
	vColor.xyz *= instanceColor.xyz;
#endif`, Sf = `#define PI 3.141592653589793
#define PI2 6.283185307179586
#define PI_HALF 1.5707963267948966
#define RECIPROCAL_PI 0.3183098861837907
#define RECIPROCAL_PI2 0.15915494309189535
#define EPSILON 1e-6
#ifndef saturate
#define saturate( a ) clamp( a, 0.0, 1.0 )
#endif
#define whiteComplement( a ) ( 1.0 - saturate( a ) )
float pow2( const in float x ) { return x*x; }
float pow3( const in float x ) { return x*x*x; }
float pow4( const in float x ) { float x2 = x*x; return x2*x2; }
float max3( const in vec3 v ) { return max( max( v.x, v.y ), v.z ); }
float average( const in vec3 color ) { return dot( color, vec3( 0.3333 ) ); }
highp float rand( const in vec2 uv ) {
	const highp float a = 12.9898, b = 78.233, c = 43758.5453;
	highp float dt = dot( uv.xy, vec2( a,b ) ), sn = mod( dt, PI );
	return fract( sin( sn ) * c );
}
#ifdef HIGH_PRECISION
	float precisionSafeLength( vec3 v ) { return length( v ); }
#else
	float precisionSafeLength( vec3 v ) {
		float maxComponent = max3( abs( v ) );
		return length( v / maxComponent ) * maxComponent;
	}
#endif
struct IncidentLight {
	vec3 color;
	vec3 direction;
	bool visible;
};
struct ReflectedLight {
	vec3 directDiffuse;
	vec3 directSpecular;
	vec3 indirectDiffuse;
	vec3 indirectSpecular;
};
struct GeometricContext {
	vec3 position;
	vec3 normal;
	vec3 viewDir;
#ifdef USE_CLEARCOAT
	vec3 clearcoatNormal;
#endif
};
vec3 transformDirection( in vec3 dir, in mat4 matrix ) {
	return normalize( ( matrix * vec4( dir, 0.0 ) ).xyz );
}
vec3 inverseTransformDirection( in vec3 dir, in mat4 matrix ) {
	return normalize( ( vec4( dir, 0.0 ) * matrix ).xyz );
}
mat3 transposeMat3( const in mat3 m ) {
	mat3 tmp;
	tmp[ 0 ] = vec3( m[ 0 ].x, m[ 1 ].x, m[ 2 ].x );
	tmp[ 1 ] = vec3( m[ 0 ].y, m[ 1 ].y, m[ 2 ].y );
	tmp[ 2 ] = vec3( m[ 0 ].z, m[ 1 ].z, m[ 2 ].z );
	return tmp;
}
float linearToRelativeLuminance( const in vec3 color ) {
	vec3 weights = vec3( 0.2126, 0.7152, 0.0722 );
	return dot( weights, color.rgb );
}
bool isPerspectiveMatrix( mat4 m ) {
	return m[ 2 ][ 3 ] == - 1.0;
}
vec2 equirectUv( in vec3 dir ) {
	float u = atan( dir.z, dir.x ) * RECIPROCAL_PI2 + 0.5;
	float v = asin( clamp( dir.y, - 1.0, 1.0 ) ) * RECIPROCAL_PI + 0.5;
	return vec2( u, v );
}`, Ef = `#ifdef ENVMAP_TYPE_CUBE_UV
	#define cubeUV_minMipLevel 4.0
	#define cubeUV_minTileSize 16.0
	float getFace( vec3 direction ) {
		vec3 absDirection = abs( direction );
		float face = - 1.0;
		if ( absDirection.x > absDirection.z ) {
			if ( absDirection.x > absDirection.y )
				face = direction.x > 0.0 ? 0.0 : 3.0;
			else
				face = direction.y > 0.0 ? 1.0 : 4.0;
		} else {
			if ( absDirection.z > absDirection.y )
				face = direction.z > 0.0 ? 2.0 : 5.0;
			else
				face = direction.y > 0.0 ? 1.0 : 4.0;
		}
		return face;
	}
	vec2 getUV( vec3 direction, float face ) {
		vec2 uv;
		if ( face == 0.0 ) {
			uv = vec2( direction.z, direction.y ) / abs( direction.x );
		} else if ( face == 1.0 ) {
			uv = vec2( - direction.x, - direction.z ) / abs( direction.y );
		} else if ( face == 2.0 ) {
			uv = vec2( - direction.x, direction.y ) / abs( direction.z );
		} else if ( face == 3.0 ) {
			uv = vec2( - direction.z, direction.y ) / abs( direction.x );
		} else if ( face == 4.0 ) {
			uv = vec2( - direction.x, direction.z ) / abs( direction.y );
		} else {
			uv = vec2( direction.x, direction.y ) / abs( direction.z );
		}
		return 0.5 * ( uv + 1.0 );
	}
	vec3 bilinearCubeUV( sampler2D envMap, vec3 direction, float mipInt ) {
		float face = getFace( direction );
		float filterInt = max( cubeUV_minMipLevel - mipInt, 0.0 );
		mipInt = max( mipInt, cubeUV_minMipLevel );
		float faceSize = exp2( mipInt );
		vec2 uv = getUV( direction, face ) * ( faceSize - 1.0 ) + 0.5;
		if ( face > 2.0 ) {
			uv.y += faceSize;
			face -= 3.0;
		}
		uv.x += face * faceSize;
		uv.x += filterInt * 3.0 * cubeUV_minTileSize;
		uv.y += 4.0 * ( exp2( CUBEUV_MAX_MIP ) - faceSize );
		uv.x *= CUBEUV_TEXEL_WIDTH;
		uv.y *= CUBEUV_TEXEL_HEIGHT;
		#ifdef texture2DGradEXT
			return texture2DGradEXT( envMap, uv, vec2( 0.0 ), vec2( 0.0 ) ).rgb;
		#else
			return texture2D( envMap, uv ).rgb;
		#endif
	}
	#define r0 1.0
	#define v0 0.339
	#define m0 - 2.0
	#define r1 0.8
	#define v1 0.276
	#define m1 - 1.0
	#define r4 0.4
	#define v4 0.046
	#define m4 2.0
	#define r5 0.305
	#define v5 0.016
	#define m5 3.0
	#define r6 0.21
	#define v6 0.0038
	#define m6 4.0
	float roughnessToMip( float roughness ) {
		float mip = 0.0;
		if ( roughness >= r1 ) {
			mip = ( r0 - roughness ) * ( m1 - m0 ) / ( r0 - r1 ) + m0;
		} else if ( roughness >= r4 ) {
			mip = ( r1 - roughness ) * ( m4 - m1 ) / ( r1 - r4 ) + m1;
		} else if ( roughness >= r5 ) {
			mip = ( r4 - roughness ) * ( m5 - m4 ) / ( r4 - r5 ) + m4;
		} else if ( roughness >= r6 ) {
			mip = ( r5 - roughness ) * ( m6 - m5 ) / ( r5 - r6 ) + m5;
		} else {
			mip = - 2.0 * log2( 1.16 * roughness );		}
		return mip;
	}
	vec4 textureCubeUV( sampler2D envMap, vec3 sampleDir, float roughness ) {
		float mip = clamp( roughnessToMip( roughness ), m0, CUBEUV_MAX_MIP );
		float mipF = fract( mip );
		float mipInt = floor( mip );
		vec3 color0 = bilinearCubeUV( envMap, sampleDir, mipInt );
		if ( mipF == 0.0 ) {
			return vec4( color0, 1.0 );
		} else {
			vec3 color1 = bilinearCubeUV( envMap, sampleDir, mipInt + 1.0 );
			return vec4( mix( color0, color1, mipF ), 1.0 );
		}
	}
#endif`, Tf = `vec3 transformedNormal = objectNormal;
#ifdef USE_INSTANCING
	mat3 m = mat3( instanceMatrix );
	transformedNormal /= vec3( dot( m[ 0 ], m[ 0 ] ), dot( m[ 1 ], m[ 1 ] ), dot( m[ 2 ], m[ 2 ] ) );
	transformedNormal = m * transformedNormal;
#endif
transformedNormal = normalMatrix * transformedNormal;
#ifdef FLIP_SIDED
	transformedNormal = - transformedNormal;
#endif
#ifdef USE_TANGENT
	vec3 transformedTangent = ( modelViewMatrix * vec4( objectTangent, 0.0 ) ).xyz;
	#ifdef FLIP_SIDED
		transformedTangent = - transformedTangent;
	#endif
#endif`, Af = `#ifdef USE_DISPLACEMENTMAP
	uniform sampler2D displacementMap;
	uniform float displacementScale;
	uniform float displacementBias;
#endif`, Cf = `#ifdef USE_DISPLACEMENTMAP
	transformed += normalize( objectNormal ) * ( texture2D( displacementMap, vUv ).x * displacementScale + displacementBias );
#endif`, Lf = `#ifdef USE_EMISSIVEMAP
	vec4 emissiveColor = texture2D( emissiveMap, vUv );
	totalEmissiveRadiance *= emissiveColor.rgb;
#endif`, Rf = `#ifdef USE_EMISSIVEMAP
	uniform sampler2D emissiveMap;
#endif`, Pf = "gl_FragColor = linearToOutputTexel( gl_FragColor );", If = `vec4 LinearToLinear( in vec4 value ) {
	return value;
}
vec4 LinearTosRGB( in vec4 value ) {
	return vec4( mix( pow( value.rgb, vec3( 0.41666 ) ) * 1.055 - vec3( 0.055 ), value.rgb * 12.92, vec3( lessThanEqual( value.rgb, vec3( 0.0031308 ) ) ) ), value.a );
}`, Df = `#ifdef USE_ENVMAP
	#ifdef ENV_WORLDPOS
		vec3 cameraToFrag;
		if ( isOrthographic ) {
			cameraToFrag = normalize( vec3( - viewMatrix[ 0 ][ 2 ], - viewMatrix[ 1 ][ 2 ], - viewMatrix[ 2 ][ 2 ] ) );
		} else {
			cameraToFrag = normalize( vWorldPosition - cameraPosition );
		}
		vec3 worldNormal = inverseTransformDirection( normal, viewMatrix );
		#ifdef ENVMAP_MODE_REFLECTION
			vec3 reflectVec = reflect( cameraToFrag, worldNormal );
		#else
			vec3 reflectVec = refract( cameraToFrag, worldNormal, refractionRatio );
		#endif
	#else
		vec3 reflectVec = vReflect;
	#endif
	#ifdef ENVMAP_TYPE_CUBE
		vec4 envColor = textureCube( envMap, vec3( flipEnvMap * reflectVec.x, reflectVec.yz ) );
	#elif defined( ENVMAP_TYPE_CUBE_UV )
		vec4 envColor = textureCubeUV( envMap, reflectVec, 0.0 );
	#else
		vec4 envColor = vec4( 0.0 );
	#endif
	#ifdef ENVMAP_BLENDING_MULTIPLY
		outgoingLight = mix( outgoingLight, outgoingLight * envColor.xyz, specularStrength * reflectivity );
	#elif defined( ENVMAP_BLENDING_MIX )
		outgoingLight = mix( outgoingLight, envColor.xyz, specularStrength * reflectivity );
	#elif defined( ENVMAP_BLENDING_ADD )
		outgoingLight += envColor.xyz * specularStrength * reflectivity;
	#endif
#endif`, Nf = `#ifdef USE_ENVMAP
	uniform float envMapIntensity;
	uniform float flipEnvMap;
	#ifdef ENVMAP_TYPE_CUBE
		uniform samplerCube envMap;
	#else
		uniform sampler2D envMap;
	#endif
	
#endif`, Of = `#ifdef USE_ENVMAP
	uniform float reflectivity;
	#if defined( USE_BUMPMAP ) || defined( USE_NORMALMAP ) || defined( PHONG )
		#define ENV_WORLDPOS
	#endif
	#ifdef ENV_WORLDPOS
		varying vec3 vWorldPosition;
		uniform float refractionRatio;
	#else
		varying vec3 vReflect;
	#endif
#endif`, zf = `#ifdef USE_ENVMAP
	#if defined( USE_BUMPMAP ) || defined( USE_NORMALMAP ) ||defined( PHONG )
		#define ENV_WORLDPOS
	#endif
	#ifdef ENV_WORLDPOS
		
		varying vec3 vWorldPosition;
	#else
		varying vec3 vReflect;
		uniform float refractionRatio;
	#endif
#endif`, Bf = `#ifdef USE_ENVMAP
	#ifdef ENV_WORLDPOS
		vWorldPosition = worldPosition.xyz;
	#else
		vec3 cameraToVertex;
		if ( isOrthographic ) {
			cameraToVertex = normalize( vec3( - viewMatrix[ 0 ][ 2 ], - viewMatrix[ 1 ][ 2 ], - viewMatrix[ 2 ][ 2 ] ) );
		} else {
			cameraToVertex = normalize( worldPosition.xyz - cameraPosition );
		}
		vec3 worldNormal = inverseTransformDirection( transformedNormal, viewMatrix );
		#ifdef ENVMAP_MODE_REFLECTION
			vReflect = reflect( cameraToVertex, worldNormal );
		#else
			vReflect = refract( cameraToVertex, worldNormal, refractionRatio );
		#endif
	#endif
#endif`, kf = `#ifdef USE_FOG
	vFogDepth = - mvPosition.z;
#endif`, Uf = `#ifdef USE_FOG
	varying float vFogDepth;
#endif`, Ff = `#ifdef USE_FOG
	#ifdef FOG_EXP2
		float fogFactor = 1.0 - exp( - fogDensity * fogDensity * vFogDepth * vFogDepth );
	#else
		float fogFactor = smoothstep( fogNear, fogFar, vFogDepth );
	#endif
	gl_FragColor.rgb = mix( gl_FragColor.rgb, fogColor, fogFactor );
#endif`, Hf = `#ifdef USE_FOG
	uniform vec3 fogColor;
	varying float vFogDepth;
	#ifdef FOG_EXP2
		uniform float fogDensity;
	#else
		uniform float fogNear;
		uniform float fogFar;
	#endif
#endif`, Vf = `#ifdef USE_GRADIENTMAP
	uniform sampler2D gradientMap;
#endif
vec3 getGradientIrradiance( vec3 normal, vec3 lightDirection ) {
	float dotNL = dot( normal, lightDirection );
	vec2 coord = vec2( dotNL * 0.5 + 0.5, 0.0 );
	#ifdef USE_GRADIENTMAP
		return vec3( texture2D( gradientMap, coord ).r );
	#else
		return ( coord.x < 0.7 ) ? vec3( 0.7 ) : vec3( 1.0 );
	#endif
}`, Gf = `#ifdef USE_LIGHTMAP
	vec4 lightMapTexel = texture2D( lightMap, vUv2 );
	vec3 lightMapIrradiance = lightMapTexel.rgb * lightMapIntensity;
	reflectedLight.indirectDiffuse += lightMapIrradiance;
#endif`, Wf = `#ifdef USE_LIGHTMAP
	uniform sampler2D lightMap;
	uniform float lightMapIntensity;
#endif`, jf = `vec3 diffuse = vec3( 1.0 );
GeometricContext geometry;
geometry.position = mvPosition.xyz;
geometry.normal = normalize( transformedNormal );
geometry.viewDir = ( isOrthographic ) ? vec3( 0, 0, 1 ) : normalize( -mvPosition.xyz );
GeometricContext backGeometry;
backGeometry.position = geometry.position;
backGeometry.normal = -geometry.normal;
backGeometry.viewDir = geometry.viewDir;
vLightFront = vec3( 0.0 );
vIndirectFront = vec3( 0.0 );
#ifdef DOUBLE_SIDED
	vLightBack = vec3( 0.0 );
	vIndirectBack = vec3( 0.0 );
#endif
IncidentLight directLight;
float dotNL;
vec3 directLightColor_Diffuse;
vIndirectFront += getAmbientLightIrradiance( ambientLightColor );
vIndirectFront += getLightProbeIrradiance( lightProbe, geometry.normal );
#ifdef DOUBLE_SIDED
	vIndirectBack += getAmbientLightIrradiance( ambientLightColor );
	vIndirectBack += getLightProbeIrradiance( lightProbe, backGeometry.normal );
#endif
#if NUM_POINT_LIGHTS > 0
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_POINT_LIGHTS; i ++ ) {
		getPointLightInfo( pointLights[ i ], geometry, directLight );
		dotNL = dot( geometry.normal, directLight.direction );
		directLightColor_Diffuse = directLight.color;
		vLightFront += saturate( dotNL ) * directLightColor_Diffuse;
		#ifdef DOUBLE_SIDED
			vLightBack += saturate( - dotNL ) * directLightColor_Diffuse;
		#endif
	}
	#pragma unroll_loop_end
#endif
#if NUM_SPOT_LIGHTS > 0
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SPOT_LIGHTS; i ++ ) {
		getSpotLightInfo( spotLights[ i ], geometry, directLight );
		dotNL = dot( geometry.normal, directLight.direction );
		directLightColor_Diffuse = directLight.color;
		vLightFront += saturate( dotNL ) * directLightColor_Diffuse;
		#ifdef DOUBLE_SIDED
			vLightBack += saturate( - dotNL ) * directLightColor_Diffuse;
		#endif
	}
	#pragma unroll_loop_end
#endif
#if NUM_DIR_LIGHTS > 0
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_DIR_LIGHTS; i ++ ) {
		getDirectionalLightInfo( directionalLights[ i ], geometry, directLight );
		dotNL = dot( geometry.normal, directLight.direction );
		directLightColor_Diffuse = directLight.color;
		vLightFront += saturate( dotNL ) * directLightColor_Diffuse;
		#ifdef DOUBLE_SIDED
			vLightBack += saturate( - dotNL ) * directLightColor_Diffuse;
		#endif
	}
	#pragma unroll_loop_end
#endif
#if NUM_HEMI_LIGHTS > 0
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_HEMI_LIGHTS; i ++ ) {
		vIndirectFront += getHemisphereLightIrradiance( hemisphereLights[ i ], geometry.normal );
		#ifdef DOUBLE_SIDED
			vIndirectBack += getHemisphereLightIrradiance( hemisphereLights[ i ], backGeometry.normal );
		#endif
	}
	#pragma unroll_loop_end
#endif`, qf = `uniform bool receiveShadow;
uniform vec3 ambientLightColor;
uniform vec3 lightProbe[ 9 ];
vec3 shGetIrradianceAt( in vec3 normal, in vec3 shCoefficients[ 9 ] ) {
	float x = normal.x, y = normal.y, z = normal.z;
	vec3 result = shCoefficients[ 0 ] * 0.886227;
	result += shCoefficients[ 1 ] * 2.0 * 0.511664 * y;
	result += shCoefficients[ 2 ] * 2.0 * 0.511664 * z;
	result += shCoefficients[ 3 ] * 2.0 * 0.511664 * x;
	result += shCoefficients[ 4 ] * 2.0 * 0.429043 * x * y;
	result += shCoefficients[ 5 ] * 2.0 * 0.429043 * y * z;
	result += shCoefficients[ 6 ] * ( 0.743125 * z * z - 0.247708 );
	result += shCoefficients[ 7 ] * 2.0 * 0.429043 * x * z;
	result += shCoefficients[ 8 ] * 0.429043 * ( x * x - y * y );
	return result;
}
vec3 getLightProbeIrradiance( const in vec3 lightProbe[ 9 ], const in vec3 normal ) {
	vec3 worldNormal = inverseTransformDirection( normal, viewMatrix );
	vec3 irradiance = shGetIrradianceAt( worldNormal, lightProbe );
	return irradiance;
}
vec3 getAmbientLightIrradiance( const in vec3 ambientLightColor ) {
	vec3 irradiance = ambientLightColor;
	return irradiance;
}
float getDistanceAttenuation( const in float lightDistance, const in float cutoffDistance, const in float decayExponent ) {
	#if defined ( PHYSICALLY_CORRECT_LIGHTS )
		float distanceFalloff = 1.0 / max( pow( lightDistance, decayExponent ), 0.01 );
		if ( cutoffDistance > 0.0 ) {
			distanceFalloff *= pow2( saturate( 1.0 - pow4( lightDistance / cutoffDistance ) ) );
		}
		return distanceFalloff;
	#else
		if ( cutoffDistance > 0.0 && decayExponent > 0.0 ) {
			return pow( saturate( - lightDistance / cutoffDistance + 1.0 ), decayExponent );
		}
		return 1.0;
	#endif
}
float getSpotAttenuation( const in float coneCosine, const in float penumbraCosine, const in float angleCosine ) {
	return smoothstep( coneCosine, penumbraCosine, angleCosine );
}
#if NUM_DIR_LIGHTS > 0
	struct DirectionalLight {
		vec3 direction;
		vec3 color;
	};
	uniform DirectionalLight directionalLights[ NUM_DIR_LIGHTS ];
	void getDirectionalLightInfo( const in DirectionalLight directionalLight, const in GeometricContext geometry, out IncidentLight light ) {
		light.color = directionalLight.color;
		light.direction = directionalLight.direction;
		light.visible = true;
	}
#endif
#if NUM_POINT_LIGHTS > 0
	struct PointLight {
		vec3 position;
		vec3 color;
		float distance;
		float decay;
	};
	uniform PointLight pointLights[ NUM_POINT_LIGHTS ];
	void getPointLightInfo( const in PointLight pointLight, const in GeometricContext geometry, out IncidentLight light ) {
		vec3 lVector = pointLight.position - geometry.position;
		light.direction = normalize( lVector );
		float lightDistance = length( lVector );
		light.color = pointLight.color;
		light.color *= getDistanceAttenuation( lightDistance, pointLight.distance, pointLight.decay );
		light.visible = ( light.color != vec3( 0.0 ) );
	}
#endif
#if NUM_SPOT_LIGHTS > 0
	struct SpotLight {
		vec3 position;
		vec3 direction;
		vec3 color;
		float distance;
		float decay;
		float coneCos;
		float penumbraCos;
	};
	uniform SpotLight spotLights[ NUM_SPOT_LIGHTS ];
	void getSpotLightInfo( const in SpotLight spotLight, const in GeometricContext geometry, out IncidentLight light ) {
		vec3 lVector = spotLight.position - geometry.position;
		light.direction = normalize( lVector );
		float angleCos = dot( light.direction, spotLight.direction );
		float spotAttenuation = getSpotAttenuation( spotLight.coneCos, spotLight.penumbraCos, angleCos );
		if ( spotAttenuation > 0.0 ) {
			float lightDistance = length( lVector );
			light.color = spotLight.color * spotAttenuation;
			light.color *= getDistanceAttenuation( lightDistance, spotLight.distance, spotLight.decay );
			light.visible = ( light.color != vec3( 0.0 ) );
		} else {
			light.color = vec3( 0.0 );
			light.visible = false;
		}
	}
#endif
#if NUM_RECT_AREA_LIGHTS > 0
	struct RectAreaLight {
		vec3 color;
		vec3 position;
		vec3 halfWidth;
		vec3 halfHeight;
	};
	uniform sampler2D ltc_1;	uniform sampler2D ltc_2;
	uniform RectAreaLight rectAreaLights[ NUM_RECT_AREA_LIGHTS ];
#endif
#if NUM_HEMI_LIGHTS > 0
	struct HemisphereLight {
		vec3 direction;
		vec3 skyColor;
		vec3 groundColor;
	};
	uniform HemisphereLight hemisphereLights[ NUM_HEMI_LIGHTS ];
	vec3 getHemisphereLightIrradiance( const in HemisphereLight hemiLight, const in vec3 normal ) {
		float dotNL = dot( normal, hemiLight.direction );
		float hemiDiffuseWeight = 0.5 * dotNL + 0.5;
		vec3 irradiance = mix( hemiLight.groundColor, hemiLight.skyColor, hemiDiffuseWeight );
		return irradiance;
	}
#endif`, Xf = `#if defined( USE_ENVMAP )
	vec3 getIBLIrradiance( const in vec3 normal ) {
		#if defined( ENVMAP_TYPE_CUBE_UV )
			vec3 worldNormal = inverseTransformDirection( normal, viewMatrix );
			vec4 envMapColor = textureCubeUV( envMap, worldNormal, 1.0 );
			return PI * envMapColor.rgb * envMapIntensity;
		#else
			return vec3( 0.0 );
		#endif
	}
	vec3 getIBLRadiance( const in vec3 viewDir, const in vec3 normal, const in float roughness ) {
		#if defined( ENVMAP_TYPE_CUBE_UV )
			vec3 reflectVec = reflect( - viewDir, normal );
			reflectVec = normalize( mix( reflectVec, normal, roughness * roughness) );
			reflectVec = inverseTransformDirection( reflectVec, viewMatrix );
			vec4 envMapColor = textureCubeUV( envMap, reflectVec, roughness );
			return envMapColor.rgb * envMapIntensity;
		#else
			return vec3( 0.0 );
		#endif
	}
#endif`, Yf = `ToonMaterial material;
material.diffuseColor = diffuseColor.rgb;`, Zf = `varying vec3 vViewPosition;
struct ToonMaterial {
	vec3 diffuseColor;
};
void RE_Direct_Toon( const in IncidentLight directLight, const in GeometricContext geometry, const in ToonMaterial material, inout ReflectedLight reflectedLight ) {
	vec3 irradiance = getGradientIrradiance( geometry.normal, directLight.direction ) * directLight.color;
	reflectedLight.directDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
void RE_IndirectDiffuse_Toon( const in vec3 irradiance, const in GeometricContext geometry, const in ToonMaterial material, inout ReflectedLight reflectedLight ) {
	reflectedLight.indirectDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
#define RE_Direct				RE_Direct_Toon
#define RE_IndirectDiffuse		RE_IndirectDiffuse_Toon
#define Material_LightProbeLOD( material )	(0)`, $f = `BlinnPhongMaterial material;
material.diffuseColor = diffuseColor.rgb;
material.specularColor = specular;
material.specularShininess = shininess;
material.specularStrength = specularStrength;`, Jf = `varying vec3 vViewPosition;
struct BlinnPhongMaterial {
	vec3 diffuseColor;
	vec3 specularColor;
	float specularShininess;
	float specularStrength;
};
void RE_Direct_BlinnPhong( const in IncidentLight directLight, const in GeometricContext geometry, const in BlinnPhongMaterial material, inout ReflectedLight reflectedLight ) {
	float dotNL = saturate( dot( geometry.normal, directLight.direction ) );
	vec3 irradiance = dotNL * directLight.color;
	reflectedLight.directDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
	reflectedLight.directSpecular += irradiance * BRDF_BlinnPhong( directLight.direction, geometry.viewDir, geometry.normal, material.specularColor, material.specularShininess ) * material.specularStrength;
}
void RE_IndirectDiffuse_BlinnPhong( const in vec3 irradiance, const in GeometricContext geometry, const in BlinnPhongMaterial material, inout ReflectedLight reflectedLight ) {
	reflectedLight.indirectDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
#define RE_Direct				RE_Direct_BlinnPhong
#define RE_IndirectDiffuse		RE_IndirectDiffuse_BlinnPhong
#define Material_LightProbeLOD( material )	(0)`, Kf = `PhysicalMaterial material;
material.diffuseColor = diffuseColor.rgb * ( 1.0 - metalnessFactor );
vec3 dxy = max( abs( dFdx( geometryNormal ) ), abs( dFdy( geometryNormal ) ) );
float geometryRoughness = max( max( dxy.x, dxy.y ), dxy.z );
material.roughness = max( roughnessFactor, 0.0525 );material.roughness += geometryRoughness;
material.roughness = min( material.roughness, 1.0 );
#ifdef IOR
	#ifdef SPECULAR
		float specularIntensityFactor = specularIntensity;
		vec3 specularColorFactor = specularColor;
		#ifdef USE_SPECULARINTENSITYMAP
			specularIntensityFactor *= texture2D( specularIntensityMap, vUv ).a;
		#endif
		#ifdef USE_SPECULARCOLORMAP
			specularColorFactor *= texture2D( specularColorMap, vUv ).rgb;
		#endif
		material.specularF90 = mix( specularIntensityFactor, 1.0, metalnessFactor );
	#else
		float specularIntensityFactor = 1.0;
		vec3 specularColorFactor = vec3( 1.0 );
		material.specularF90 = 1.0;
	#endif
	material.specularColor = mix( min( pow2( ( ior - 1.0 ) / ( ior + 1.0 ) ) * specularColorFactor, vec3( 1.0 ) ) * specularIntensityFactor, diffuseColor.rgb, metalnessFactor );
#else
	material.specularColor = mix( vec3( 0.04 ), diffuseColor.rgb, metalnessFactor );
	material.specularF90 = 1.0;
#endif
#ifdef USE_CLEARCOAT
	material.clearcoat = clearcoat;
	material.clearcoatRoughness = clearcoatRoughness;
	material.clearcoatF0 = vec3( 0.04 );
	material.clearcoatF90 = 1.0;
	#ifdef USE_CLEARCOATMAP
		material.clearcoat *= texture2D( clearcoatMap, vUv ).x;
	#endif
	#ifdef USE_CLEARCOAT_ROUGHNESSMAP
		material.clearcoatRoughness *= texture2D( clearcoatRoughnessMap, vUv ).y;
	#endif
	material.clearcoat = saturate( material.clearcoat );	material.clearcoatRoughness = max( material.clearcoatRoughness, 0.0525 );
	material.clearcoatRoughness += geometryRoughness;
	material.clearcoatRoughness = min( material.clearcoatRoughness, 1.0 );
#endif
#ifdef USE_SHEEN
	material.sheenColor = sheenColor;
	#ifdef USE_SHEENCOLORMAP
		material.sheenColor *= texture2D( sheenColorMap, vUv ).rgb;
	#endif
	material.sheenRoughness = clamp( sheenRoughness, 0.07, 1.0 );
	#ifdef USE_SHEENROUGHNESSMAP
		material.sheenRoughness *= texture2D( sheenRoughnessMap, vUv ).a;
	#endif
#endif`, Qf = `struct PhysicalMaterial {
	vec3 diffuseColor;
	float roughness;
	vec3 specularColor;
	float specularF90;
	#ifdef USE_CLEARCOAT
		float clearcoat;
		float clearcoatRoughness;
		vec3 clearcoatF0;
		float clearcoatF90;
	#endif
	#ifdef USE_SHEEN
		vec3 sheenColor;
		float sheenRoughness;
	#endif
};
vec3 clearcoatSpecular = vec3( 0.0 );
vec3 sheenSpecular = vec3( 0.0 );
float IBLSheenBRDF( const in vec3 normal, const in vec3 viewDir, const in float roughness) {
	float dotNV = saturate( dot( normal, viewDir ) );
	float r2 = roughness * roughness;
	float a = roughness < 0.25 ? -339.2 * r2 + 161.4 * roughness - 25.9 : -8.48 * r2 + 14.3 * roughness - 9.95;
	float b = roughness < 0.25 ? 44.0 * r2 - 23.7 * roughness + 3.26 : 1.97 * r2 - 3.27 * roughness + 0.72;
	float DG = exp( a * dotNV + b ) + ( roughness < 0.25 ? 0.0 : 0.1 * ( roughness - 0.25 ) );
	return saturate( DG * RECIPROCAL_PI );
}
vec2 DFGApprox( const in vec3 normal, const in vec3 viewDir, const in float roughness ) {
	float dotNV = saturate( dot( normal, viewDir ) );
	const vec4 c0 = vec4( - 1, - 0.0275, - 0.572, 0.022 );
	const vec4 c1 = vec4( 1, 0.0425, 1.04, - 0.04 );
	vec4 r = roughness * c0 + c1;
	float a004 = min( r.x * r.x, exp2( - 9.28 * dotNV ) ) * r.x + r.y;
	vec2 fab = vec2( - 1.04, 1.04 ) * a004 + r.zw;
	return fab;
}
vec3 EnvironmentBRDF( const in vec3 normal, const in vec3 viewDir, const in vec3 specularColor, const in float specularF90, const in float roughness ) {
	vec2 fab = DFGApprox( normal, viewDir, roughness );
	return specularColor * fab.x + specularF90 * fab.y;
}
void computeMultiscattering( const in vec3 normal, const in vec3 viewDir, const in vec3 specularColor, const in float specularF90, const in float roughness, inout vec3 singleScatter, inout vec3 multiScatter ) {
	vec2 fab = DFGApprox( normal, viewDir, roughness );
	vec3 FssEss = specularColor * fab.x + specularF90 * fab.y;
	float Ess = fab.x + fab.y;
	float Ems = 1.0 - Ess;
	vec3 Favg = specularColor + ( 1.0 - specularColor ) * 0.047619;	vec3 Fms = FssEss * Favg / ( 1.0 - Ems * Favg );
	singleScatter += FssEss;
	multiScatter += Fms * Ems;
}
#if NUM_RECT_AREA_LIGHTS > 0
	void RE_Direct_RectArea_Physical( const in RectAreaLight rectAreaLight, const in GeometricContext geometry, const in PhysicalMaterial material, inout ReflectedLight reflectedLight ) {
		vec3 normal = geometry.normal;
		vec3 viewDir = geometry.viewDir;
		vec3 position = geometry.position;
		vec3 lightPos = rectAreaLight.position;
		vec3 halfWidth = rectAreaLight.halfWidth;
		vec3 halfHeight = rectAreaLight.halfHeight;
		vec3 lightColor = rectAreaLight.color;
		float roughness = material.roughness;
		vec3 rectCoords[ 4 ];
		rectCoords[ 0 ] = lightPos + halfWidth - halfHeight;		rectCoords[ 1 ] = lightPos - halfWidth - halfHeight;
		rectCoords[ 2 ] = lightPos - halfWidth + halfHeight;
		rectCoords[ 3 ] = lightPos + halfWidth + halfHeight;
		vec2 uv = LTC_Uv( normal, viewDir, roughness );
		vec4 t1 = texture2D( ltc_1, uv );
		vec4 t2 = texture2D( ltc_2, uv );
		mat3 mInv = mat3(
			vec3( t1.x, 0, t1.y ),
			vec3(    0, 1,    0 ),
			vec3( t1.z, 0, t1.w )
		);
		vec3 fresnel = ( material.specularColor * t2.x + ( vec3( 1.0 ) - material.specularColor ) * t2.y );
		reflectedLight.directSpecular += lightColor * fresnel * LTC_Evaluate( normal, viewDir, position, mInv, rectCoords );
		reflectedLight.directDiffuse += lightColor * material.diffuseColor * LTC_Evaluate( normal, viewDir, position, mat3( 1.0 ), rectCoords );
	}
#endif
void RE_Direct_Physical( const in IncidentLight directLight, const in GeometricContext geometry, const in PhysicalMaterial material, inout ReflectedLight reflectedLight ) {
	float dotNL = saturate( dot( geometry.normal, directLight.direction ) );
	vec3 irradiance = dotNL * directLight.color;
	#ifdef USE_CLEARCOAT
		float dotNLcc = saturate( dot( geometry.clearcoatNormal, directLight.direction ) );
		vec3 ccIrradiance = dotNLcc * directLight.color;
		clearcoatSpecular += ccIrradiance * BRDF_GGX( directLight.direction, geometry.viewDir, geometry.clearcoatNormal, material.clearcoatF0, material.clearcoatF90, material.clearcoatRoughness );
	#endif
	#ifdef USE_SHEEN
		sheenSpecular += irradiance * BRDF_Sheen( directLight.direction, geometry.viewDir, geometry.normal, material.sheenColor, material.sheenRoughness );
	#endif
	reflectedLight.directSpecular += irradiance * BRDF_GGX( directLight.direction, geometry.viewDir, geometry.normal, material.specularColor, material.specularF90, material.roughness );
	reflectedLight.directDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
void RE_IndirectDiffuse_Physical( const in vec3 irradiance, const in GeometricContext geometry, const in PhysicalMaterial material, inout ReflectedLight reflectedLight ) {
	reflectedLight.indirectDiffuse += irradiance * BRDF_Lambert( material.diffuseColor );
}
void RE_IndirectSpecular_Physical( const in vec3 radiance, const in vec3 irradiance, const in vec3 clearcoatRadiance, const in GeometricContext geometry, const in PhysicalMaterial material, inout ReflectedLight reflectedLight) {
	#ifdef USE_CLEARCOAT
		clearcoatSpecular += clearcoatRadiance * EnvironmentBRDF( geometry.clearcoatNormal, geometry.viewDir, material.clearcoatF0, material.clearcoatF90, material.clearcoatRoughness );
	#endif
	#ifdef USE_SHEEN
		sheenSpecular += irradiance * material.sheenColor * IBLSheenBRDF( geometry.normal, geometry.viewDir, material.sheenRoughness );
	#endif
	vec3 singleScattering = vec3( 0.0 );
	vec3 multiScattering = vec3( 0.0 );
	vec3 cosineWeightedIrradiance = irradiance * RECIPROCAL_PI;
	computeMultiscattering( geometry.normal, geometry.viewDir, material.specularColor, material.specularF90, material.roughness, singleScattering, multiScattering );
	vec3 diffuse = material.diffuseColor * ( 1.0 - ( singleScattering + multiScattering ) );
	reflectedLight.indirectSpecular += radiance * singleScattering;
	reflectedLight.indirectSpecular += multiScattering * cosineWeightedIrradiance;
	reflectedLight.indirectDiffuse += diffuse * cosineWeightedIrradiance;
}
#define RE_Direct				RE_Direct_Physical
#define RE_Direct_RectArea		RE_Direct_RectArea_Physical
#define RE_IndirectDiffuse		RE_IndirectDiffuse_Physical
#define RE_IndirectSpecular		RE_IndirectSpecular_Physical
float computeSpecularOcclusion( const in float dotNV, const in float ambientOcclusion, const in float roughness ) {
	return saturate( pow( dotNV + ambientOcclusion, exp2( - 16.0 * roughness - 1.0 ) ) - 1.0 + ambientOcclusion );
}`, ep = `
GeometricContext geometry;
geometry.position = - vViewPosition;
geometry.normal = normal;
geometry.viewDir = ( isOrthographic ) ? vec3( 0, 0, 1 ) : normalize( vViewPosition );
#ifdef USE_CLEARCOAT
	geometry.clearcoatNormal = clearcoatNormal;
#endif
IncidentLight directLight;
#if ( NUM_POINT_LIGHTS > 0 ) && defined( RE_Direct )
	PointLight pointLight;
	#if defined( USE_SHADOWMAP ) && NUM_POINT_LIGHT_SHADOWS > 0
	PointLightShadow pointLightShadow;
	#endif
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_POINT_LIGHTS; i ++ ) {
		pointLight = pointLights[ i ];
		getPointLightInfo( pointLight, geometry, directLight );
		#if defined( USE_SHADOWMAP ) && ( UNROLLED_LOOP_INDEX < NUM_POINT_LIGHT_SHADOWS )
		pointLightShadow = pointLightShadows[ i ];
		directLight.color *= all( bvec2( directLight.visible, receiveShadow ) ) ? getPointShadow( pointShadowMap[ i ], pointLightShadow.shadowMapSize, pointLightShadow.shadowBias, pointLightShadow.shadowRadius, vPointShadowCoord[ i ], pointLightShadow.shadowCameraNear, pointLightShadow.shadowCameraFar ) : 1.0;
		#endif
		RE_Direct( directLight, geometry, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if ( NUM_SPOT_LIGHTS > 0 ) && defined( RE_Direct )
	SpotLight spotLight;
	#if defined( USE_SHADOWMAP ) && NUM_SPOT_LIGHT_SHADOWS > 0
	SpotLightShadow spotLightShadow;
	#endif
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SPOT_LIGHTS; i ++ ) {
		spotLight = spotLights[ i ];
		getSpotLightInfo( spotLight, geometry, directLight );
		#if defined( USE_SHADOWMAP ) && ( UNROLLED_LOOP_INDEX < NUM_SPOT_LIGHT_SHADOWS )
		spotLightShadow = spotLightShadows[ i ];
		directLight.color *= all( bvec2( directLight.visible, receiveShadow ) ) ? getShadow( spotShadowMap[ i ], spotLightShadow.shadowMapSize, spotLightShadow.shadowBias, spotLightShadow.shadowRadius, vSpotShadowCoord[ i ] ) : 1.0;
		#endif
		RE_Direct( directLight, geometry, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if ( NUM_DIR_LIGHTS > 0 ) && defined( RE_Direct )
	DirectionalLight directionalLight;
	#if defined( USE_SHADOWMAP ) && NUM_DIR_LIGHT_SHADOWS > 0
	DirectionalLightShadow directionalLightShadow;
	#endif
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_DIR_LIGHTS; i ++ ) {
		directionalLight = directionalLights[ i ];
		getDirectionalLightInfo( directionalLight, geometry, directLight );
		#if defined( USE_SHADOWMAP ) && ( UNROLLED_LOOP_INDEX < NUM_DIR_LIGHT_SHADOWS )
		directionalLightShadow = directionalLightShadows[ i ];
		directLight.color *= all( bvec2( directLight.visible, receiveShadow ) ) ? getShadow( directionalShadowMap[ i ], directionalLightShadow.shadowMapSize, directionalLightShadow.shadowBias, directionalLightShadow.shadowRadius, vDirectionalShadowCoord[ i ] ) : 1.0;
		#endif
		RE_Direct( directLight, geometry, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if ( NUM_RECT_AREA_LIGHTS > 0 ) && defined( RE_Direct_RectArea )
	RectAreaLight rectAreaLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_RECT_AREA_LIGHTS; i ++ ) {
		rectAreaLight = rectAreaLights[ i ];
		RE_Direct_RectArea( rectAreaLight, geometry, material, reflectedLight );
	}
	#pragma unroll_loop_end
#endif
#if defined( RE_IndirectDiffuse )
	vec3 iblIrradiance = vec3( 0.0 );
	vec3 irradiance = getAmbientLightIrradiance( ambientLightColor );
	irradiance += getLightProbeIrradiance( lightProbe, geometry.normal );
	#if ( NUM_HEMI_LIGHTS > 0 )
		#pragma unroll_loop_start
		for ( int i = 0; i < NUM_HEMI_LIGHTS; i ++ ) {
			irradiance += getHemisphereLightIrradiance( hemisphereLights[ i ], geometry.normal );
		}
		#pragma unroll_loop_end
	#endif
#endif
#if defined( RE_IndirectSpecular )
	vec3 radiance = vec3( 0.0 );
	vec3 clearcoatRadiance = vec3( 0.0 );
#endif`, tp = `#if defined( RE_IndirectDiffuse )
	#ifdef USE_LIGHTMAP
		vec4 lightMapTexel = texture2D( lightMap, vUv2 );
		vec3 lightMapIrradiance = lightMapTexel.rgb * lightMapIntensity;
		irradiance += lightMapIrradiance;
	#endif
	#if defined( USE_ENVMAP ) && defined( STANDARD ) && defined( ENVMAP_TYPE_CUBE_UV )
		iblIrradiance += getIBLIrradiance( geometry.normal );
	#endif
#endif
#if defined( USE_ENVMAP ) && defined( RE_IndirectSpecular )
	radiance += getIBLRadiance( geometry.viewDir, geometry.normal, material.roughness );
	#ifdef USE_CLEARCOAT
		clearcoatRadiance += getIBLRadiance( geometry.viewDir, geometry.clearcoatNormal, material.clearcoatRoughness );
	#endif
#endif`, np = `#if defined( RE_IndirectDiffuse )
	RE_IndirectDiffuse( irradiance, geometry, material, reflectedLight );
#endif
#if defined( RE_IndirectSpecular )
	RE_IndirectSpecular( radiance, iblIrradiance, clearcoatRadiance, geometry, material, reflectedLight );
#endif`, ip = `#if defined( USE_LOGDEPTHBUF ) && defined( USE_LOGDEPTHBUF_EXT )
	gl_FragDepthEXT = vIsPerspective == 0.0 ? gl_FragCoord.z : log2( vFragDepth ) * logDepthBufFC * 0.5;
#endif`, sp = `#if defined( USE_LOGDEPTHBUF ) && defined( USE_LOGDEPTHBUF_EXT )
	uniform float logDepthBufFC;
	varying float vFragDepth;
	varying float vIsPerspective;
#endif`, rp = `#ifdef USE_LOGDEPTHBUF
	#ifdef USE_LOGDEPTHBUF_EXT
		varying float vFragDepth;
		varying float vIsPerspective;
	#else
		uniform float logDepthBufFC;
	#endif
#endif`, op = `#ifdef USE_LOGDEPTHBUF
	#ifdef USE_LOGDEPTHBUF_EXT
		vFragDepth = 1.0 + gl_Position.w;
		vIsPerspective = float( isPerspectiveMatrix( projectionMatrix ) );
	#else
		if ( isPerspectiveMatrix( projectionMatrix ) ) {
			gl_Position.z = log2( max( EPSILON, gl_Position.w + 1.0 ) ) * logDepthBufFC - 1.0;
			gl_Position.z *= gl_Position.w;
		}
	#endif
#endif`, ap = `#ifdef USE_MAP
	vec4 sampledDiffuseColor = texture2D( map, vUv );
	#ifdef DECODE_VIDEO_TEXTURE
		sampledDiffuseColor = vec4( mix( pow( sampledDiffuseColor.rgb * 0.9478672986 + vec3( 0.0521327014 ), vec3( 2.4 ) ), sampledDiffuseColor.rgb * 0.0773993808, vec3( lessThanEqual( sampledDiffuseColor.rgb, vec3( 0.04045 ) ) ) ), sampledDiffuseColor.w );
	#endif
	diffuseColor *= sampledDiffuseColor;
#endif`, lp = `#ifdef USE_MAP
	uniform sampler2D map;
#endif`, cp = `#if defined( USE_MAP ) || defined( USE_ALPHAMAP )
	vec2 uv = ( uvTransform * vec3( gl_PointCoord.x, 1.0 - gl_PointCoord.y, 1 ) ).xy;
#endif
#ifdef USE_MAP
	diffuseColor *= texture2D( map, uv );
#endif
#ifdef USE_ALPHAMAP
	diffuseColor.a *= texture2D( alphaMap, uv ).g;
#endif`, hp = `#if defined( USE_MAP ) || defined( USE_ALPHAMAP )
	uniform mat3 uvTransform;
#endif
#ifdef USE_MAP
	uniform sampler2D map;
#endif
#ifdef USE_ALPHAMAP
	uniform sampler2D alphaMap;
#endif`, up = `float metalnessFactor = metalness;
#ifdef USE_METALNESSMAP
	vec4 texelMetalness = texture2D( metalnessMap, vUv );
	metalnessFactor *= texelMetalness.b;
#endif`, dp = `#ifdef USE_METALNESSMAP
	uniform sampler2D metalnessMap;
#endif`, fp = `#if defined( USE_MORPHCOLORS ) && defined( MORPHTARGETS_TEXTURE )
	vColor *= morphTargetBaseInfluence;
	for ( int i = 0; i < MORPHTARGETS_COUNT; i ++ ) {
		#if defined( USE_COLOR_ALPHA )
			if ( morphTargetInfluences[ i ] != 0.0 ) vColor += getMorph( gl_VertexID, i, 2 ) * morphTargetInfluences[ i ];
		#elif defined( USE_COLOR )
			if ( morphTargetInfluences[ i ] != 0.0 ) vColor += getMorph( gl_VertexID, i, 2 ).rgb * morphTargetInfluences[ i ];
		#endif
	}
#endif`, pp = `#ifdef USE_MORPHNORMALS
	objectNormal *= morphTargetBaseInfluence;
	#ifdef MORPHTARGETS_TEXTURE
		for ( int i = 0; i < MORPHTARGETS_COUNT; i ++ ) {
			if ( morphTargetInfluences[ i ] != 0.0 ) objectNormal += getMorph( gl_VertexID, i, 1 ).xyz * morphTargetInfluences[ i ];
		}
	#else
		objectNormal += morphNormal0 * morphTargetInfluences[ 0 ];
		objectNormal += morphNormal1 * morphTargetInfluences[ 1 ];
		objectNormal += morphNormal2 * morphTargetInfluences[ 2 ];
		objectNormal += morphNormal3 * morphTargetInfluences[ 3 ];
	#endif
#endif`, mp = `#ifdef USE_MORPHTARGETS
	uniform float morphTargetBaseInfluence;
	#ifdef MORPHTARGETS_TEXTURE
		uniform float morphTargetInfluences[ MORPHTARGETS_COUNT ];
		uniform sampler2DArray morphTargetsTexture;
		uniform ivec2 morphTargetsTextureSize;
		vec4 getMorph( const in int vertexIndex, const in int morphTargetIndex, const in int offset ) {
			int texelIndex = vertexIndex * MORPHTARGETS_TEXTURE_STRIDE + offset;
			int y = texelIndex / morphTargetsTextureSize.x;
			int x = texelIndex - y * morphTargetsTextureSize.x;
			ivec3 morphUV = ivec3( x, y, morphTargetIndex );
			return texelFetch( morphTargetsTexture, morphUV, 0 );
		}
	#else
		#ifndef USE_MORPHNORMALS
			uniform float morphTargetInfluences[ 8 ];
		#else
			uniform float morphTargetInfluences[ 4 ];
		#endif
	#endif
#endif`, gp = `#ifdef USE_MORPHTARGETS
	transformed *= morphTargetBaseInfluence;
	#ifdef MORPHTARGETS_TEXTURE
		for ( int i = 0; i < MORPHTARGETS_COUNT; i ++ ) {
			if ( morphTargetInfluences[ i ] != 0.0 ) transformed += getMorph( gl_VertexID, i, 0 ).xyz * morphTargetInfluences[ i ];
		}
	#else
		transformed += morphTarget0 * morphTargetInfluences[ 0 ];
		transformed += morphTarget1 * morphTargetInfluences[ 1 ];
		transformed += morphTarget2 * morphTargetInfluences[ 2 ];
		transformed += morphTarget3 * morphTargetInfluences[ 3 ];
		#ifndef USE_MORPHNORMALS
			transformed += morphTarget4 * morphTargetInfluences[ 4 ];
			transformed += morphTarget5 * morphTargetInfluences[ 5 ];
			transformed += morphTarget6 * morphTargetInfluences[ 6 ];
			transformed += morphTarget7 * morphTargetInfluences[ 7 ];
		#endif
	#endif
#endif`, yp = `float faceDirection = gl_FrontFacing ? 1.0 : - 1.0;
#ifdef FLAT_SHADED
	vec3 fdx = vec3( dFdx( vViewPosition.x ), dFdx( vViewPosition.y ), dFdx( vViewPosition.z ) );
	vec3 fdy = vec3( dFdy( vViewPosition.x ), dFdy( vViewPosition.y ), dFdy( vViewPosition.z ) );
	vec3 normal = normalize( cross( fdx, fdy ) );
#else
	vec3 normal = normalize( vNormal );
	#ifdef DOUBLE_SIDED
		normal = normal * faceDirection;
	#endif
	#ifdef USE_TANGENT
		vec3 tangent = normalize( vTangent );
		vec3 bitangent = normalize( vBitangent );
		#ifdef DOUBLE_SIDED
			tangent = tangent * faceDirection;
			bitangent = bitangent * faceDirection;
		#endif
		#if defined( TANGENTSPACE_NORMALMAP ) || defined( USE_CLEARCOAT_NORMALMAP )
			mat3 vTBN = mat3( tangent, bitangent, normal );
		#endif
	#endif
#endif
vec3 geometryNormal = normal;`, vp = `#ifdef OBJECTSPACE_NORMALMAP
	normal = texture2D( normalMap, vUv ).xyz * 2.0 - 1.0;
	#ifdef FLIP_SIDED
		normal = - normal;
	#endif
	#ifdef DOUBLE_SIDED
		normal = normal * faceDirection;
	#endif
	normal = normalize( normalMatrix * normal );
#elif defined( TANGENTSPACE_NORMALMAP )
	vec3 mapN = texture2D( normalMap, vUv ).xyz * 2.0 - 1.0;
	mapN.xy *= normalScale;
	#ifdef USE_TANGENT
		normal = normalize( vTBN * mapN );
	#else
		normal = perturbNormal2Arb( - vViewPosition, normal, mapN, faceDirection );
	#endif
#elif defined( USE_BUMPMAP )
	normal = perturbNormalArb( - vViewPosition, normal, dHdxy_fwd(), faceDirection );
#endif`, xp = `#ifndef FLAT_SHADED
	varying vec3 vNormal;
	#ifdef USE_TANGENT
		varying vec3 vTangent;
		varying vec3 vBitangent;
	#endif
#endif`, _p = `#ifndef FLAT_SHADED
	varying vec3 vNormal;
	#ifdef USE_TANGENT
		varying vec3 vTangent;
		varying vec3 vBitangent;
	#endif
#endif`, bp = `#ifndef FLAT_SHADED
	vNormal = normalize( transformedNormal );
	#ifdef USE_TANGENT
		vTangent = normalize( transformedTangent );
		vBitangent = normalize( cross( vNormal, vTangent ) * tangent.w );
	#endif
#endif`, wp = `#ifdef USE_NORMALMAP
	uniform sampler2D normalMap;
	uniform vec2 normalScale;
#endif
#ifdef OBJECTSPACE_NORMALMAP
	uniform mat3 normalMatrix;
#endif
#if ! defined ( USE_TANGENT ) && ( defined ( TANGENTSPACE_NORMALMAP ) || defined ( USE_CLEARCOAT_NORMALMAP ) )
	vec3 perturbNormal2Arb( vec3 eye_pos, vec3 surf_norm, vec3 mapN, float faceDirection ) {
		vec3 q0 = vec3( dFdx( eye_pos.x ), dFdx( eye_pos.y ), dFdx( eye_pos.z ) );
		vec3 q1 = vec3( dFdy( eye_pos.x ), dFdy( eye_pos.y ), dFdy( eye_pos.z ) );
		vec2 st0 = dFdx( vUv.st );
		vec2 st1 = dFdy( vUv.st );
		vec3 N = surf_norm;
		vec3 q1perp = cross( q1, N );
		vec3 q0perp = cross( N, q0 );
		vec3 T = q1perp * st0.x + q0perp * st1.x;
		vec3 B = q1perp * st0.y + q0perp * st1.y;
		float det = max( dot( T, T ), dot( B, B ) );
		float scale = ( det == 0.0 ) ? 0.0 : faceDirection * inversesqrt( det );
		return normalize( T * ( mapN.x * scale ) + B * ( mapN.y * scale ) + N * mapN.z );
	}
#endif`, Mp = `#ifdef USE_CLEARCOAT
	vec3 clearcoatNormal = geometryNormal;
#endif`, Sp = `#ifdef USE_CLEARCOAT_NORMALMAP
	vec3 clearcoatMapN = texture2D( clearcoatNormalMap, vUv ).xyz * 2.0 - 1.0;
	clearcoatMapN.xy *= clearcoatNormalScale;
	#ifdef USE_TANGENT
		clearcoatNormal = normalize( vTBN * clearcoatMapN );
	#else
		clearcoatNormal = perturbNormal2Arb( - vViewPosition, clearcoatNormal, clearcoatMapN, faceDirection );
	#endif
#endif`, Ep = `#ifdef USE_CLEARCOATMAP
	uniform sampler2D clearcoatMap;
#endif
#ifdef USE_CLEARCOAT_ROUGHNESSMAP
	uniform sampler2D clearcoatRoughnessMap;
#endif
#ifdef USE_CLEARCOAT_NORMALMAP
	uniform sampler2D clearcoatNormalMap;
	uniform vec2 clearcoatNormalScale;
#endif`, Tp = `#ifdef OPAQUE
diffuseColor.a = 1.0;
#endif
#ifdef USE_TRANSMISSION
diffuseColor.a *= transmissionAlpha + 0.1;
#endif
gl_FragColor = vec4( outgoingLight, diffuseColor.a );`, Ap = `vec3 packNormalToRGB( const in vec3 normal ) {
	return normalize( normal ) * 0.5 + 0.5;
}
vec3 unpackRGBToNormal( const in vec3 rgb ) {
	return 2.0 * rgb.xyz - 1.0;
}
const float PackUpscale = 256. / 255.;const float UnpackDownscale = 255. / 256.;
const vec3 PackFactors = vec3( 256. * 256. * 256., 256. * 256., 256. );
const vec4 UnpackFactors = UnpackDownscale / vec4( PackFactors, 1. );
const float ShiftRight8 = 1. / 256.;
vec4 packDepthToRGBA( const in float v ) {
	vec4 r = vec4( fract( v * PackFactors ), v );
	r.yzw -= r.xyz * ShiftRight8;	return r * PackUpscale;
}
float unpackRGBAToDepth( const in vec4 v ) {
	return dot( v, UnpackFactors );
}
vec4 pack2HalfToRGBA( vec2 v ) {
	vec4 r = vec4( v.x, fract( v.x * 255.0 ), v.y, fract( v.y * 255.0 ) );
	return vec4( r.x - r.y / 255.0, r.y, r.z - r.w / 255.0, r.w );
}
vec2 unpackRGBATo2Half( vec4 v ) {
	return vec2( v.x + ( v.y / 255.0 ), v.z + ( v.w / 255.0 ) );
}
float viewZToOrthographicDepth( const in float viewZ, const in float near, const in float far ) {
	return ( viewZ + near ) / ( near - far );
}
float orthographicDepthToViewZ( const in float linearClipZ, const in float near, const in float far ) {
	return linearClipZ * ( near - far ) - near;
}
float viewZToPerspectiveDepth( const in float viewZ, const in float near, const in float far ) {
	return ( ( near + viewZ ) * far ) / ( ( far - near ) * viewZ );
}
float perspectiveDepthToViewZ( const in float invClipZ, const in float near, const in float far ) {
	return ( near * far ) / ( ( far - near ) * invClipZ - far );
}`, Cp = `#ifdef PREMULTIPLIED_ALPHA
	gl_FragColor.rgb *= gl_FragColor.a;
#endif`, Lp = `vec4 mvPosition = vec4( transformed, 1.0 );
#ifdef USE_INSTANCING
	mvPosition = instanceMatrix * mvPosition;
#endif
mvPosition = modelViewMatrix * mvPosition;
gl_Position = projectionMatrix * mvPosition;`, Rp = `#ifdef DITHERING
	gl_FragColor.rgb = dithering( gl_FragColor.rgb );
#endif`, Pp = `#ifdef DITHERING
	vec3 dithering( vec3 color ) {
		float grid_position = rand( gl_FragCoord.xy );
		vec3 dither_shift_RGB = vec3( 0.25 / 255.0, -0.25 / 255.0, 0.25 / 255.0 );
		dither_shift_RGB = mix( 2.0 * dither_shift_RGB, -2.0 * dither_shift_RGB, grid_position );
		return color + dither_shift_RGB;
	}
#endif`, Ip = `float roughnessFactor = roughness;
#ifdef USE_ROUGHNESSMAP
	vec4 texelRoughness = texture2D( roughnessMap, vUv );
	roughnessFactor *= texelRoughness.g;
#endif`, Dp = `#ifdef USE_ROUGHNESSMAP
	uniform sampler2D roughnessMap;
#endif`, Np = `#ifdef USE_SHADOWMAP
	#if NUM_DIR_LIGHT_SHADOWS > 0
		uniform sampler2D directionalShadowMap[ NUM_DIR_LIGHT_SHADOWS ];
		varying vec4 vDirectionalShadowCoord[ NUM_DIR_LIGHT_SHADOWS ];
		struct DirectionalLightShadow {
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform DirectionalLightShadow directionalLightShadows[ NUM_DIR_LIGHT_SHADOWS ];
	#endif
	#if NUM_SPOT_LIGHT_SHADOWS > 0
		uniform sampler2D spotShadowMap[ NUM_SPOT_LIGHT_SHADOWS ];
		varying vec4 vSpotShadowCoord[ NUM_SPOT_LIGHT_SHADOWS ];
		struct SpotLightShadow {
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform SpotLightShadow spotLightShadows[ NUM_SPOT_LIGHT_SHADOWS ];
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0
		uniform sampler2D pointShadowMap[ NUM_POINT_LIGHT_SHADOWS ];
		varying vec4 vPointShadowCoord[ NUM_POINT_LIGHT_SHADOWS ];
		struct PointLightShadow {
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
			float shadowCameraNear;
			float shadowCameraFar;
		};
		uniform PointLightShadow pointLightShadows[ NUM_POINT_LIGHT_SHADOWS ];
	#endif
	float texture2DCompare( sampler2D depths, vec2 uv, float compare ) {
		return step( compare, unpackRGBAToDepth( texture2D( depths, uv ) ) );
	}
	vec2 texture2DDistribution( sampler2D shadow, vec2 uv ) {
		return unpackRGBATo2Half( texture2D( shadow, uv ) );
	}
	float VSMShadow (sampler2D shadow, vec2 uv, float compare ){
		float occlusion = 1.0;
		vec2 distribution = texture2DDistribution( shadow, uv );
		float hard_shadow = step( compare , distribution.x );
		if (hard_shadow != 1.0 ) {
			float distance = compare - distribution.x ;
			float variance = max( 0.00000, distribution.y * distribution.y );
			float softness_probability = variance / (variance + distance * distance );			softness_probability = clamp( ( softness_probability - 0.3 ) / ( 0.95 - 0.3 ), 0.0, 1.0 );			occlusion = clamp( max( hard_shadow, softness_probability ), 0.0, 1.0 );
		}
		return occlusion;
	}
	float getShadow( sampler2D shadowMap, vec2 shadowMapSize, float shadowBias, float shadowRadius, vec4 shadowCoord ) {
		float shadow = 1.0;
		shadowCoord.xyz /= shadowCoord.w;
		shadowCoord.z += shadowBias;
		bvec4 inFrustumVec = bvec4 ( shadowCoord.x >= 0.0, shadowCoord.x <= 1.0, shadowCoord.y >= 0.0, shadowCoord.y <= 1.0 );
		bool inFrustum = all( inFrustumVec );
		bvec2 frustumTestVec = bvec2( inFrustum, shadowCoord.z <= 1.0 );
		bool frustumTest = all( frustumTestVec );
		if ( frustumTest ) {
		#if defined( SHADOWMAP_TYPE_PCF )
			vec2 texelSize = vec2( 1.0 ) / shadowMapSize;
			float dx0 = - texelSize.x * shadowRadius;
			float dy0 = - texelSize.y * shadowRadius;
			float dx1 = + texelSize.x * shadowRadius;
			float dy1 = + texelSize.y * shadowRadius;
			float dx2 = dx0 / 2.0;
			float dy2 = dy0 / 2.0;
			float dx3 = dx1 / 2.0;
			float dy3 = dy1 / 2.0;
			shadow = (
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( dx0, dy0 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( 0.0, dy0 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( dx1, dy0 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( dx2, dy2 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( 0.0, dy2 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( dx3, dy2 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( dx0, 0.0 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( dx2, 0.0 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy, shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( dx3, 0.0 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( dx1, 0.0 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( dx2, dy3 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( 0.0, dy3 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( dx3, dy3 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( dx0, dy1 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( 0.0, dy1 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, shadowCoord.xy + vec2( dx1, dy1 ), shadowCoord.z )
			) * ( 1.0 / 17.0 );
		#elif defined( SHADOWMAP_TYPE_PCF_SOFT )
			vec2 texelSize = vec2( 1.0 ) / shadowMapSize;
			float dx = texelSize.x;
			float dy = texelSize.y;
			vec2 uv = shadowCoord.xy;
			vec2 f = fract( uv * shadowMapSize + 0.5 );
			uv -= f * texelSize;
			shadow = (
				texture2DCompare( shadowMap, uv, shadowCoord.z ) +
				texture2DCompare( shadowMap, uv + vec2( dx, 0.0 ), shadowCoord.z ) +
				texture2DCompare( shadowMap, uv + vec2( 0.0, dy ), shadowCoord.z ) +
				texture2DCompare( shadowMap, uv + texelSize, shadowCoord.z ) +
				mix( texture2DCompare( shadowMap, uv + vec2( -dx, 0.0 ), shadowCoord.z ), 
					 texture2DCompare( shadowMap, uv + vec2( 2.0 * dx, 0.0 ), shadowCoord.z ),
					 f.x ) +
				mix( texture2DCompare( shadowMap, uv + vec2( -dx, dy ), shadowCoord.z ), 
					 texture2DCompare( shadowMap, uv + vec2( 2.0 * dx, dy ), shadowCoord.z ),
					 f.x ) +
				mix( texture2DCompare( shadowMap, uv + vec2( 0.0, -dy ), shadowCoord.z ), 
					 texture2DCompare( shadowMap, uv + vec2( 0.0, 2.0 * dy ), shadowCoord.z ),
					 f.y ) +
				mix( texture2DCompare( shadowMap, uv + vec2( dx, -dy ), shadowCoord.z ), 
					 texture2DCompare( shadowMap, uv + vec2( dx, 2.0 * dy ), shadowCoord.z ),
					 f.y ) +
				mix( mix( texture2DCompare( shadowMap, uv + vec2( -dx, -dy ), shadowCoord.z ), 
						  texture2DCompare( shadowMap, uv + vec2( 2.0 * dx, -dy ), shadowCoord.z ),
						  f.x ),
					 mix( texture2DCompare( shadowMap, uv + vec2( -dx, 2.0 * dy ), shadowCoord.z ), 
						  texture2DCompare( shadowMap, uv + vec2( 2.0 * dx, 2.0 * dy ), shadowCoord.z ),
						  f.x ),
					 f.y )
			) * ( 1.0 / 9.0 );
		#elif defined( SHADOWMAP_TYPE_VSM )
			shadow = VSMShadow( shadowMap, shadowCoord.xy, shadowCoord.z );
		#else
			shadow = texture2DCompare( shadowMap, shadowCoord.xy, shadowCoord.z );
		#endif
		}
		return shadow;
	}
	vec2 cubeToUV( vec3 v, float texelSizeY ) {
		vec3 absV = abs( v );
		float scaleToCube = 1.0 / max( absV.x, max( absV.y, absV.z ) );
		absV *= scaleToCube;
		v *= scaleToCube * ( 1.0 - 2.0 * texelSizeY );
		vec2 planar = v.xy;
		float almostATexel = 1.5 * texelSizeY;
		float almostOne = 1.0 - almostATexel;
		if ( absV.z >= almostOne ) {
			if ( v.z > 0.0 )
				planar.x = 4.0 - v.x;
		} else if ( absV.x >= almostOne ) {
			float signX = sign( v.x );
			planar.x = v.z * signX + 2.0 * signX;
		} else if ( absV.y >= almostOne ) {
			float signY = sign( v.y );
			planar.x = v.x + 2.0 * signY + 2.0;
			planar.y = v.z * signY - 2.0;
		}
		return vec2( 0.125, 0.25 ) * planar + vec2( 0.375, 0.75 );
	}
	float getPointShadow( sampler2D shadowMap, vec2 shadowMapSize, float shadowBias, float shadowRadius, vec4 shadowCoord, float shadowCameraNear, float shadowCameraFar ) {
		vec2 texelSize = vec2( 1.0 ) / ( shadowMapSize * vec2( 4.0, 2.0 ) );
		vec3 lightToPosition = shadowCoord.xyz;
		float dp = ( length( lightToPosition ) - shadowCameraNear ) / ( shadowCameraFar - shadowCameraNear );		dp += shadowBias;
		vec3 bd3D = normalize( lightToPosition );
		#if defined( SHADOWMAP_TYPE_PCF ) || defined( SHADOWMAP_TYPE_PCF_SOFT ) || defined( SHADOWMAP_TYPE_VSM )
			vec2 offset = vec2( - 1, 1 ) * shadowRadius * texelSize.y;
			return (
				texture2DCompare( shadowMap, cubeToUV( bd3D + offset.xyy, texelSize.y ), dp ) +
				texture2DCompare( shadowMap, cubeToUV( bd3D + offset.yyy, texelSize.y ), dp ) +
				texture2DCompare( shadowMap, cubeToUV( bd3D + offset.xyx, texelSize.y ), dp ) +
				texture2DCompare( shadowMap, cubeToUV( bd3D + offset.yyx, texelSize.y ), dp ) +
				texture2DCompare( shadowMap, cubeToUV( bd3D, texelSize.y ), dp ) +
				texture2DCompare( shadowMap, cubeToUV( bd3D + offset.xxy, texelSize.y ), dp ) +
				texture2DCompare( shadowMap, cubeToUV( bd3D + offset.yxy, texelSize.y ), dp ) +
				texture2DCompare( shadowMap, cubeToUV( bd3D + offset.xxx, texelSize.y ), dp ) +
				texture2DCompare( shadowMap, cubeToUV( bd3D + offset.yxx, texelSize.y ), dp )
			) * ( 1.0 / 9.0 );
		#else
			return texture2DCompare( shadowMap, cubeToUV( bd3D, texelSize.y ), dp );
		#endif
	}
#endif`, Op = `#ifdef USE_SHADOWMAP
	#if NUM_DIR_LIGHT_SHADOWS > 0
		uniform mat4 directionalShadowMatrix[ NUM_DIR_LIGHT_SHADOWS ];
		varying vec4 vDirectionalShadowCoord[ NUM_DIR_LIGHT_SHADOWS ];
		struct DirectionalLightShadow {
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform DirectionalLightShadow directionalLightShadows[ NUM_DIR_LIGHT_SHADOWS ];
	#endif
	#if NUM_SPOT_LIGHT_SHADOWS > 0
		uniform mat4 spotShadowMatrix[ NUM_SPOT_LIGHT_SHADOWS ];
		varying vec4 vSpotShadowCoord[ NUM_SPOT_LIGHT_SHADOWS ];
		struct SpotLightShadow {
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
		};
		uniform SpotLightShadow spotLightShadows[ NUM_SPOT_LIGHT_SHADOWS ];
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0
		uniform mat4 pointShadowMatrix[ NUM_POINT_LIGHT_SHADOWS ];
		varying vec4 vPointShadowCoord[ NUM_POINT_LIGHT_SHADOWS ];
		struct PointLightShadow {
			float shadowBias;
			float shadowNormalBias;
			float shadowRadius;
			vec2 shadowMapSize;
			float shadowCameraNear;
			float shadowCameraFar;
		};
		uniform PointLightShadow pointLightShadows[ NUM_POINT_LIGHT_SHADOWS ];
	#endif
#endif`, zp = `#ifdef USE_SHADOWMAP
	#if NUM_DIR_LIGHT_SHADOWS > 0 || NUM_SPOT_LIGHT_SHADOWS > 0 || NUM_POINT_LIGHT_SHADOWS > 0
		vec3 shadowWorldNormal = inverseTransformDirection( transformedNormal, viewMatrix );
		vec4 shadowWorldPosition;
	#endif
	#if NUM_DIR_LIGHT_SHADOWS > 0
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_DIR_LIGHT_SHADOWS; i ++ ) {
		shadowWorldPosition = worldPosition + vec4( shadowWorldNormal * directionalLightShadows[ i ].shadowNormalBias, 0 );
		vDirectionalShadowCoord[ i ] = directionalShadowMatrix[ i ] * shadowWorldPosition;
	}
	#pragma unroll_loop_end
	#endif
	#if NUM_SPOT_LIGHT_SHADOWS > 0
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SPOT_LIGHT_SHADOWS; i ++ ) {
		shadowWorldPosition = worldPosition + vec4( shadowWorldNormal * spotLightShadows[ i ].shadowNormalBias, 0 );
		vSpotShadowCoord[ i ] = spotShadowMatrix[ i ] * shadowWorldPosition;
	}
	#pragma unroll_loop_end
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_POINT_LIGHT_SHADOWS; i ++ ) {
		shadowWorldPosition = worldPosition + vec4( shadowWorldNormal * pointLightShadows[ i ].shadowNormalBias, 0 );
		vPointShadowCoord[ i ] = pointShadowMatrix[ i ] * shadowWorldPosition;
	}
	#pragma unroll_loop_end
	#endif
#endif`, Bp = `float getShadowMask() {
	float shadow = 1.0;
	#ifdef USE_SHADOWMAP
	#if NUM_DIR_LIGHT_SHADOWS > 0
	DirectionalLightShadow directionalLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_DIR_LIGHT_SHADOWS; i ++ ) {
		directionalLight = directionalLightShadows[ i ];
		shadow *= receiveShadow ? getShadow( directionalShadowMap[ i ], directionalLight.shadowMapSize, directionalLight.shadowBias, directionalLight.shadowRadius, vDirectionalShadowCoord[ i ] ) : 1.0;
	}
	#pragma unroll_loop_end
	#endif
	#if NUM_SPOT_LIGHT_SHADOWS > 0
	SpotLightShadow spotLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_SPOT_LIGHT_SHADOWS; i ++ ) {
		spotLight = spotLightShadows[ i ];
		shadow *= receiveShadow ? getShadow( spotShadowMap[ i ], spotLight.shadowMapSize, spotLight.shadowBias, spotLight.shadowRadius, vSpotShadowCoord[ i ] ) : 1.0;
	}
	#pragma unroll_loop_end
	#endif
	#if NUM_POINT_LIGHT_SHADOWS > 0
	PointLightShadow pointLight;
	#pragma unroll_loop_start
	for ( int i = 0; i < NUM_POINT_LIGHT_SHADOWS; i ++ ) {
		pointLight = pointLightShadows[ i ];
		shadow *= receiveShadow ? getPointShadow( pointShadowMap[ i ], pointLight.shadowMapSize, pointLight.shadowBias, pointLight.shadowRadius, vPointShadowCoord[ i ], pointLight.shadowCameraNear, pointLight.shadowCameraFar ) : 1.0;
	}
	#pragma unroll_loop_end
	#endif
	#endif
	return shadow;
}`, kp = `#ifdef USE_SKINNING
	mat4 boneMatX = getBoneMatrix( skinIndex.x );
	mat4 boneMatY = getBoneMatrix( skinIndex.y );
	mat4 boneMatZ = getBoneMatrix( skinIndex.z );
	mat4 boneMatW = getBoneMatrix( skinIndex.w );
#endif`, Up = `#ifdef USE_SKINNING
	uniform mat4 bindMatrix;
	uniform mat4 bindMatrixInverse;
	#ifdef BONE_TEXTURE
		uniform highp sampler2D boneTexture;
		uniform int boneTextureSize;
		mat4 getBoneMatrix( const in float i ) {
			float j = i * 4.0;
			float x = mod( j, float( boneTextureSize ) );
			float y = floor( j / float( boneTextureSize ) );
			float dx = 1.0 / float( boneTextureSize );
			float dy = 1.0 / float( boneTextureSize );
			y = dy * ( y + 0.5 );
			vec4 v1 = texture2D( boneTexture, vec2( dx * ( x + 0.5 ), y ) );
			vec4 v2 = texture2D( boneTexture, vec2( dx * ( x + 1.5 ), y ) );
			vec4 v3 = texture2D( boneTexture, vec2( dx * ( x + 2.5 ), y ) );
			vec4 v4 = texture2D( boneTexture, vec2( dx * ( x + 3.5 ), y ) );
			mat4 bone = mat4( v1, v2, v3, v4 );
			return bone;
		}
	#else
		uniform mat4 boneMatrices[ MAX_BONES ];
		mat4 getBoneMatrix( const in float i ) {
			mat4 bone = boneMatrices[ int(i) ];
			return bone;
		}
	#endif
#endif`, Fp = `#ifdef USE_SKINNING
	vec4 skinVertex = bindMatrix * vec4( transformed, 1.0 );
	vec4 skinned = vec4( 0.0 );
	skinned += boneMatX * skinVertex * skinWeight.x;
	skinned += boneMatY * skinVertex * skinWeight.y;
	skinned += boneMatZ * skinVertex * skinWeight.z;
	skinned += boneMatW * skinVertex * skinWeight.w;
	transformed = ( bindMatrixInverse * skinned ).xyz;
#endif`, Hp = `#ifdef USE_SKINNING
	mat4 skinMatrix = mat4( 0.0 );
	skinMatrix += skinWeight.x * boneMatX;
	skinMatrix += skinWeight.y * boneMatY;
	skinMatrix += skinWeight.z * boneMatZ;
	skinMatrix += skinWeight.w * boneMatW;
	skinMatrix = bindMatrixInverse * skinMatrix * bindMatrix;
	objectNormal = vec4( skinMatrix * vec4( objectNormal, 0.0 ) ).xyz;
	#ifdef USE_TANGENT
		objectTangent = vec4( skinMatrix * vec4( objectTangent, 0.0 ) ).xyz;
	#endif
#endif`, Vp = `float specularStrength;
#ifdef USE_SPECULARMAP
	vec4 texelSpecular = texture2D( specularMap, vUv );
	specularStrength = texelSpecular.r;
#else
	specularStrength = 1.0;
#endif`, Gp = `#ifdef USE_SPECULARMAP
	uniform sampler2D specularMap;
#endif`, Wp = `#if defined( TONE_MAPPING )
	gl_FragColor.rgb = toneMapping( gl_FragColor.rgb );
#endif`, jp = `#ifndef saturate
#define saturate( a ) clamp( a, 0.0, 1.0 )
#endif
uniform float toneMappingExposure;
vec3 LinearToneMapping( vec3 color ) {
	return toneMappingExposure * color;
}
vec3 ReinhardToneMapping( vec3 color ) {
	color *= toneMappingExposure;
	return saturate( color / ( vec3( 1.0 ) + color ) );
}
vec3 OptimizedCineonToneMapping( vec3 color ) {
	color *= toneMappingExposure;
	color = max( vec3( 0.0 ), color - 0.004 );
	return pow( ( color * ( 6.2 * color + 0.5 ) ) / ( color * ( 6.2 * color + 1.7 ) + 0.06 ), vec3( 2.2 ) );
}
vec3 RRTAndODTFit( vec3 v ) {
	vec3 a = v * ( v + 0.0245786 ) - 0.000090537;
	vec3 b = v * ( 0.983729 * v + 0.4329510 ) + 0.238081;
	return a / b;
}
vec3 ACESFilmicToneMapping( vec3 color ) {
	const mat3 ACESInputMat = mat3(
		vec3( 0.59719, 0.07600, 0.02840 ),		vec3( 0.35458, 0.90834, 0.13383 ),
		vec3( 0.04823, 0.01566, 0.83777 )
	);
	const mat3 ACESOutputMat = mat3(
		vec3(  1.60475, -0.10208, -0.00327 ),		vec3( -0.53108,  1.10813, -0.07276 ),
		vec3( -0.07367, -0.00605,  1.07602 )
	);
	color *= toneMappingExposure / 0.6;
	color = ACESInputMat * color;
	color = RRTAndODTFit( color );
	color = ACESOutputMat * color;
	return saturate( color );
}
vec3 CustomToneMapping( vec3 color ) { return color; }`, qp = `#ifdef USE_TRANSMISSION
	float transmissionAlpha = 1.0;
	float transmissionFactor = transmission;
	float thicknessFactor = thickness;
	#ifdef USE_TRANSMISSIONMAP
		transmissionFactor *= texture2D( transmissionMap, vUv ).r;
	#endif
	#ifdef USE_THICKNESSMAP
		thicknessFactor *= texture2D( thicknessMap, vUv ).g;
	#endif
	vec3 pos = vWorldPosition;
	vec3 v = normalize( cameraPosition - pos );
	vec3 n = inverseTransformDirection( normal, viewMatrix );
	vec4 transmission = getIBLVolumeRefraction(
		n, v, roughnessFactor, material.diffuseColor, material.specularColor, material.specularF90,
		pos, modelMatrix, viewMatrix, projectionMatrix, ior, thicknessFactor,
		attenuationColor, attenuationDistance );
	totalDiffuse = mix( totalDiffuse, transmission.rgb, transmissionFactor );
	transmissionAlpha = mix( transmissionAlpha, transmission.a, transmissionFactor );
#endif`, Xp = `#ifdef USE_TRANSMISSION
	uniform float transmission;
	uniform float thickness;
	uniform float attenuationDistance;
	uniform vec3 attenuationColor;
	#ifdef USE_TRANSMISSIONMAP
		uniform sampler2D transmissionMap;
	#endif
	#ifdef USE_THICKNESSMAP
		uniform sampler2D thicknessMap;
	#endif
	uniform vec2 transmissionSamplerSize;
	uniform sampler2D transmissionSamplerMap;
	uniform mat4 modelMatrix;
	uniform mat4 projectionMatrix;
	varying vec3 vWorldPosition;
	vec3 getVolumeTransmissionRay( const in vec3 n, const in vec3 v, const in float thickness, const in float ior, const in mat4 modelMatrix ) {
		vec3 refractionVector = refract( - v, normalize( n ), 1.0 / ior );
		vec3 modelScale;
		modelScale.x = length( vec3( modelMatrix[ 0 ].xyz ) );
		modelScale.y = length( vec3( modelMatrix[ 1 ].xyz ) );
		modelScale.z = length( vec3( modelMatrix[ 2 ].xyz ) );
		return normalize( refractionVector ) * thickness * modelScale;
	}
	float applyIorToRoughness( const in float roughness, const in float ior ) {
		return roughness * clamp( ior * 2.0 - 2.0, 0.0, 1.0 );
	}
	vec4 getTransmissionSample( const in vec2 fragCoord, const in float roughness, const in float ior ) {
		float framebufferLod = log2( transmissionSamplerSize.x ) * applyIorToRoughness( roughness, ior );
		#ifdef texture2DLodEXT
			return texture2DLodEXT( transmissionSamplerMap, fragCoord.xy, framebufferLod );
		#else
			return texture2D( transmissionSamplerMap, fragCoord.xy, framebufferLod );
		#endif
	}
	vec3 applyVolumeAttenuation( const in vec3 radiance, const in float transmissionDistance, const in vec3 attenuationColor, const in float attenuationDistance ) {
		if ( attenuationDistance == 0.0 ) {
			return radiance;
		} else {
			vec3 attenuationCoefficient = -log( attenuationColor ) / attenuationDistance;
			vec3 transmittance = exp( - attenuationCoefficient * transmissionDistance );			return transmittance * radiance;
		}
	}
	vec4 getIBLVolumeRefraction( const in vec3 n, const in vec3 v, const in float roughness, const in vec3 diffuseColor,
		const in vec3 specularColor, const in float specularF90, const in vec3 position, const in mat4 modelMatrix,
		const in mat4 viewMatrix, const in mat4 projMatrix, const in float ior, const in float thickness,
		const in vec3 attenuationColor, const in float attenuationDistance ) {
		vec3 transmissionRay = getVolumeTransmissionRay( n, v, thickness, ior, modelMatrix );
		vec3 refractedRayExit = position + transmissionRay;
		vec4 ndcPos = projMatrix * viewMatrix * vec4( refractedRayExit, 1.0 );
		vec2 refractionCoords = ndcPos.xy / ndcPos.w;
		refractionCoords += 1.0;
		refractionCoords /= 2.0;
		vec4 transmittedLight = getTransmissionSample( refractionCoords, roughness, ior );
		vec3 attenuatedColor = applyVolumeAttenuation( transmittedLight.rgb, length( transmissionRay ), attenuationColor, attenuationDistance );
		vec3 F = EnvironmentBRDF( n, v, specularColor, specularF90, roughness );
		return vec4( ( 1.0 - F ) * attenuatedColor * diffuseColor, transmittedLight.a );
	}
#endif`, Yp = `#if ( defined( USE_UV ) && ! defined( UVS_VERTEX_ONLY ) )
	varying vec2 vUv;
#endif`, Zp = `#ifdef USE_UV
	#ifdef UVS_VERTEX_ONLY
		vec2 vUv;
	#else
		varying vec2 vUv;
	#endif
	uniform mat3 uvTransform;
#endif`, $p = `#ifdef USE_UV
	vUv = ( uvTransform * vec3( uv, 1 ) ).xy;
#endif`, Jp = `#if defined( USE_LIGHTMAP ) || defined( USE_AOMAP )
	varying vec2 vUv2;
#endif`, Kp = `#if defined( USE_LIGHTMAP ) || defined( USE_AOMAP )
	attribute vec2 uv2;
	varying vec2 vUv2;
	uniform mat3 uv2Transform;
#endif`, Qp = `#if defined( USE_LIGHTMAP ) || defined( USE_AOMAP )
	vUv2 = ( uv2Transform * vec3( uv2, 1 ) ).xy;
#endif`, em = `#if defined( USE_ENVMAP ) || defined( DISTANCE ) || defined ( USE_SHADOWMAP ) || defined ( USE_TRANSMISSION )
	vec4 worldPosition = vec4( transformed, 1.0 );
	#ifdef USE_INSTANCING
		worldPosition = instanceMatrix * worldPosition;
	#endif
	worldPosition = modelMatrix * worldPosition;
#endif`;
const tm = `varying vec2 vUv;
uniform mat3 uvTransform;
void main() {
	vUv = ( uvTransform * vec3( uv, 1 ) ).xy;
	gl_Position = vec4( position.xy, 1.0, 1.0 );
}`, nm = `uniform sampler2D t2D;
varying vec2 vUv;
void main() {
	gl_FragColor = texture2D( t2D, vUv );
	#ifdef DECODE_VIDEO_TEXTURE
		gl_FragColor = vec4( mix( pow( gl_FragColor.rgb * 0.9478672986 + vec3( 0.0521327014 ), vec3( 2.4 ) ), gl_FragColor.rgb * 0.0773993808, vec3( lessThanEqual( gl_FragColor.rgb, vec3( 0.04045 ) ) ) ), gl_FragColor.w );
	#endif
	#include <tonemapping_fragment>
	#include <encodings_fragment>
}`, im = `varying vec3 vWorldDirection;
#include <common>
void main() {
	vWorldDirection = transformDirection( position, modelMatrix );
	#include <begin_vertex>
	#include <project_vertex>
	gl_Position.z = gl_Position.w;
}`, sm = `#include <envmap_common_pars_fragment>
uniform float opacity;
varying vec3 vWorldDirection;
#include <cube_uv_reflection_fragment>
void main() {
	vec3 vReflect = vWorldDirection;
	#include <envmap_fragment>
	gl_FragColor = envColor;
	gl_FragColor.a *= opacity;
	#include <tonemapping_fragment>
	#include <encodings_fragment>
}`, rm = `#include <common>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
varying vec2 vHighPrecisionZW;
void main() {
	#include <uv_vertex>
	#include <skinbase_vertex>
	#ifdef USE_DISPLACEMENTMAP
		#include <beginnormal_vertex>
		#include <morphnormal_vertex>
		#include <skinnormal_vertex>
	#endif
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vHighPrecisionZW = gl_Position.zw;
}`, om = `#if DEPTH_PACKING == 3200
	uniform float opacity;
#endif
#include <common>
#include <packing>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
varying vec2 vHighPrecisionZW;
void main() {
	#include <clipping_planes_fragment>
	vec4 diffuseColor = vec4( 1.0 );
	#if DEPTH_PACKING == 3200
		diffuseColor.a = opacity;
	#endif
	#include <map_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <logdepthbuf_fragment>
	float fragCoordZ = 0.5 * vHighPrecisionZW[0] / vHighPrecisionZW[1] + 0.5;
	#if DEPTH_PACKING == 3200
		gl_FragColor = vec4( vec3( 1.0 - fragCoordZ ), opacity );
	#elif DEPTH_PACKING == 3201
		gl_FragColor = packDepthToRGBA( fragCoordZ );
	#endif
}`, am = `#define DISTANCE
varying vec3 vWorldPosition;
#include <common>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <skinbase_vertex>
	#ifdef USE_DISPLACEMENTMAP
		#include <beginnormal_vertex>
		#include <morphnormal_vertex>
		#include <skinnormal_vertex>
	#endif
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <worldpos_vertex>
	#include <clipping_planes_vertex>
	vWorldPosition = worldPosition.xyz;
}`, lm = `#define DISTANCE
uniform vec3 referencePosition;
uniform float nearDistance;
uniform float farDistance;
varying vec3 vWorldPosition;
#include <common>
#include <packing>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <clipping_planes_pars_fragment>
void main () {
	#include <clipping_planes_fragment>
	vec4 diffuseColor = vec4( 1.0 );
	#include <map_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	float dist = length( vWorldPosition - referencePosition );
	dist = ( dist - nearDistance ) / ( farDistance - nearDistance );
	dist = saturate( dist );
	gl_FragColor = packDepthToRGBA( dist );
}`, cm = `varying vec3 vWorldDirection;
#include <common>
void main() {
	vWorldDirection = transformDirection( position, modelMatrix );
	#include <begin_vertex>
	#include <project_vertex>
}`, hm = `uniform sampler2D tEquirect;
varying vec3 vWorldDirection;
#include <common>
void main() {
	vec3 direction = normalize( vWorldDirection );
	vec2 sampleUV = equirectUv( direction );
	gl_FragColor = texture2D( tEquirect, sampleUV );
	#include <tonemapping_fragment>
	#include <encodings_fragment>
}`, um = `uniform float scale;
attribute float lineDistance;
varying float vLineDistance;
#include <common>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	vLineDistance = scale * lineDistance;
	#include <color_vertex>
	#include <morphcolor_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <fog_vertex>
}`, dm = `uniform vec3 diffuse;
uniform float opacity;
uniform float dashSize;
uniform float totalSize;
varying float vLineDistance;
#include <common>
#include <color_pars_fragment>
#include <fog_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	#include <clipping_planes_fragment>
	if ( mod( vLineDistance, totalSize ) > dashSize ) {
		discard;
	}
	vec3 outgoingLight = vec3( 0.0 );
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <logdepthbuf_fragment>
	#include <color_fragment>
	outgoingLight = diffuseColor.rgb;
	#include <output_fragment>
	#include <tonemapping_fragment>
	#include <encodings_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
}`, fm = `#include <common>
#include <uv_pars_vertex>
#include <uv2_pars_vertex>
#include <envmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <uv2_vertex>
	#include <color_vertex>
	#include <morphcolor_vertex>
	#if defined ( USE_ENVMAP ) || defined ( USE_SKINNING )
		#include <beginnormal_vertex>
		#include <morphnormal_vertex>
		#include <skinbase_vertex>
		#include <skinnormal_vertex>
		#include <defaultnormal_vertex>
	#endif
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <worldpos_vertex>
	#include <envmap_vertex>
	#include <fog_vertex>
}`, pm = `uniform vec3 diffuse;
uniform float opacity;
#ifndef FLAT_SHADED
	varying vec3 vNormal;
#endif
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <uv2_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <envmap_common_pars_fragment>
#include <envmap_pars_fragment>
#include <cube_uv_reflection_fragment>
#include <fog_pars_fragment>
#include <specularmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	#include <clipping_planes_fragment>
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <specularmap_fragment>
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	#ifdef USE_LIGHTMAP
		vec4 lightMapTexel = texture2D( lightMap, vUv2 );
		reflectedLight.indirectDiffuse += lightMapTexel.rgb * lightMapIntensity * RECIPROCAL_PI;
	#else
		reflectedLight.indirectDiffuse += vec3( 1.0 );
	#endif
	#include <aomap_fragment>
	reflectedLight.indirectDiffuse *= diffuseColor.rgb;
	vec3 outgoingLight = reflectedLight.indirectDiffuse;
	#include <envmap_fragment>
	#include <output_fragment>
	#include <tonemapping_fragment>
	#include <encodings_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`, mm = `#define LAMBERT
varying vec3 vLightFront;
varying vec3 vIndirectFront;
#ifdef DOUBLE_SIDED
	varying vec3 vLightBack;
	varying vec3 vIndirectBack;
#endif
#include <common>
#include <uv_pars_vertex>
#include <uv2_pars_vertex>
#include <envmap_pars_vertex>
#include <bsdfs>
#include <lights_pars_begin>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <uv2_vertex>
	#include <color_vertex>
	#include <morphcolor_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <worldpos_vertex>
	#include <envmap_vertex>
	#include <lights_lambert_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
}`, gm = `uniform vec3 diffuse;
uniform vec3 emissive;
uniform float opacity;
varying vec3 vLightFront;
varying vec3 vIndirectFront;
#ifdef DOUBLE_SIDED
	varying vec3 vLightBack;
	varying vec3 vIndirectBack;
#endif
#include <common>
#include <packing>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <uv2_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <emissivemap_pars_fragment>
#include <envmap_common_pars_fragment>
#include <envmap_pars_fragment>
#include <cube_uv_reflection_fragment>
#include <bsdfs>
#include <lights_pars_begin>
#include <fog_pars_fragment>
#include <shadowmap_pars_fragment>
#include <shadowmask_pars_fragment>
#include <specularmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	#include <clipping_planes_fragment>
	vec4 diffuseColor = vec4( diffuse, opacity );
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	vec3 totalEmissiveRadiance = emissive;
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <specularmap_fragment>
	#include <emissivemap_fragment>
	#ifdef DOUBLE_SIDED
		reflectedLight.indirectDiffuse += ( gl_FrontFacing ) ? vIndirectFront : vIndirectBack;
	#else
		reflectedLight.indirectDiffuse += vIndirectFront;
	#endif
	#include <lightmap_fragment>
	reflectedLight.indirectDiffuse *= BRDF_Lambert( diffuseColor.rgb );
	#ifdef DOUBLE_SIDED
		reflectedLight.directDiffuse = ( gl_FrontFacing ) ? vLightFront : vLightBack;
	#else
		reflectedLight.directDiffuse = vLightFront;
	#endif
	reflectedLight.directDiffuse *= BRDF_Lambert( diffuseColor.rgb ) * getShadowMask();
	#include <aomap_fragment>
	vec3 outgoingLight = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse + totalEmissiveRadiance;
	#include <envmap_fragment>
	#include <output_fragment>
	#include <tonemapping_fragment>
	#include <encodings_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`, ym = `#define MATCAP
varying vec3 vViewPosition;
#include <common>
#include <uv_pars_vertex>
#include <color_pars_vertex>
#include <displacementmap_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <color_vertex>
	#include <morphcolor_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <fog_vertex>
	vViewPosition = - mvPosition.xyz;
}`, vm = `#define MATCAP
uniform vec3 diffuse;
uniform float opacity;
uniform sampler2D matcap;
varying vec3 vViewPosition;
#include <common>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <fog_pars_fragment>
#include <normal_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	#include <clipping_planes_fragment>
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	vec3 viewDir = normalize( vViewPosition );
	vec3 x = normalize( vec3( viewDir.z, 0.0, - viewDir.x ) );
	vec3 y = cross( viewDir, x );
	vec2 uv = vec2( dot( x, normal ), dot( y, normal ) ) * 0.495 + 0.5;
	#ifdef USE_MATCAP
		vec4 matcapColor = texture2D( matcap, uv );
	#else
		vec4 matcapColor = vec4( vec3( mix( 0.2, 0.8, uv.y ) ), 1.0 );
	#endif
	vec3 outgoingLight = diffuseColor.rgb * matcapColor.rgb;
	#include <output_fragment>
	#include <tonemapping_fragment>
	#include <encodings_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`, xm = `#define NORMAL
#if defined( FLAT_SHADED ) || defined( USE_BUMPMAP ) || defined( TANGENTSPACE_NORMALMAP )
	varying vec3 vViewPosition;
#endif
#include <common>
#include <uv_pars_vertex>
#include <displacementmap_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
#if defined( FLAT_SHADED ) || defined( USE_BUMPMAP ) || defined( TANGENTSPACE_NORMALMAP )
	vViewPosition = - mvPosition.xyz;
#endif
}`, _m = `#define NORMAL
uniform float opacity;
#if defined( FLAT_SHADED ) || defined( USE_BUMPMAP ) || defined( TANGENTSPACE_NORMALMAP )
	varying vec3 vViewPosition;
#endif
#include <packing>
#include <uv_pars_fragment>
#include <normal_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	#include <clipping_planes_fragment>
	#include <logdepthbuf_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	gl_FragColor = vec4( packNormalToRGB( normal ), opacity );
	#ifdef OPAQUE
		gl_FragColor.a = 1.0;
	#endif
}`, bm = `#define PHONG
varying vec3 vViewPosition;
#include <common>
#include <uv_pars_vertex>
#include <uv2_pars_vertex>
#include <displacementmap_pars_vertex>
#include <envmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <uv2_vertex>
	#include <color_vertex>
	#include <morphcolor_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vViewPosition = - mvPosition.xyz;
	#include <worldpos_vertex>
	#include <envmap_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
}`, wm = `#define PHONG
uniform vec3 diffuse;
uniform vec3 emissive;
uniform vec3 specular;
uniform float shininess;
uniform float opacity;
#include <common>
#include <packing>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <uv2_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <emissivemap_pars_fragment>
#include <envmap_common_pars_fragment>
#include <envmap_pars_fragment>
#include <cube_uv_reflection_fragment>
#include <fog_pars_fragment>
#include <bsdfs>
#include <lights_pars_begin>
#include <normal_pars_fragment>
#include <lights_phong_pars_fragment>
#include <shadowmap_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <specularmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	#include <clipping_planes_fragment>
	vec4 diffuseColor = vec4( diffuse, opacity );
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	vec3 totalEmissiveRadiance = emissive;
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <specularmap_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	#include <emissivemap_fragment>
	#include <lights_phong_fragment>
	#include <lights_fragment_begin>
	#include <lights_fragment_maps>
	#include <lights_fragment_end>
	#include <aomap_fragment>
	vec3 outgoingLight = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse + reflectedLight.directSpecular + reflectedLight.indirectSpecular + totalEmissiveRadiance;
	#include <envmap_fragment>
	#include <output_fragment>
	#include <tonemapping_fragment>
	#include <encodings_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`, Mm = `#define STANDARD
varying vec3 vViewPosition;
#ifdef USE_TRANSMISSION
	varying vec3 vWorldPosition;
#endif
#include <common>
#include <uv_pars_vertex>
#include <uv2_pars_vertex>
#include <displacementmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <uv2_vertex>
	#include <color_vertex>
	#include <morphcolor_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vViewPosition = - mvPosition.xyz;
	#include <worldpos_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
#ifdef USE_TRANSMISSION
	vWorldPosition = worldPosition.xyz;
#endif
}`, Sm = `#define STANDARD
#ifdef PHYSICAL
	#define IOR
	#define SPECULAR
#endif
uniform vec3 diffuse;
uniform vec3 emissive;
uniform float roughness;
uniform float metalness;
uniform float opacity;
#ifdef IOR
	uniform float ior;
#endif
#ifdef SPECULAR
	uniform float specularIntensity;
	uniform vec3 specularColor;
	#ifdef USE_SPECULARINTENSITYMAP
		uniform sampler2D specularIntensityMap;
	#endif
	#ifdef USE_SPECULARCOLORMAP
		uniform sampler2D specularColorMap;
	#endif
#endif
#ifdef USE_CLEARCOAT
	uniform float clearcoat;
	uniform float clearcoatRoughness;
#endif
#ifdef USE_SHEEN
	uniform vec3 sheenColor;
	uniform float sheenRoughness;
	#ifdef USE_SHEENCOLORMAP
		uniform sampler2D sheenColorMap;
	#endif
	#ifdef USE_SHEENROUGHNESSMAP
		uniform sampler2D sheenRoughnessMap;
	#endif
#endif
varying vec3 vViewPosition;
#include <common>
#include <packing>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <uv2_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <emissivemap_pars_fragment>
#include <bsdfs>
#include <cube_uv_reflection_fragment>
#include <envmap_common_pars_fragment>
#include <envmap_physical_pars_fragment>
#include <fog_pars_fragment>
#include <lights_pars_begin>
#include <normal_pars_fragment>
#include <lights_physical_pars_fragment>
#include <transmission_pars_fragment>
#include <shadowmap_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <clearcoat_pars_fragment>
#include <roughnessmap_pars_fragment>
#include <metalnessmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	#include <clipping_planes_fragment>
	vec4 diffuseColor = vec4( diffuse, opacity );
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	vec3 totalEmissiveRadiance = emissive;
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <roughnessmap_fragment>
	#include <metalnessmap_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	#include <clearcoat_normal_fragment_begin>
	#include <clearcoat_normal_fragment_maps>
	#include <emissivemap_fragment>
	#include <lights_physical_fragment>
	#include <lights_fragment_begin>
	#include <lights_fragment_maps>
	#include <lights_fragment_end>
	#include <aomap_fragment>
	vec3 totalDiffuse = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse;
	vec3 totalSpecular = reflectedLight.directSpecular + reflectedLight.indirectSpecular;
	#include <transmission_fragment>
	vec3 outgoingLight = totalDiffuse + totalSpecular + totalEmissiveRadiance;
	#ifdef USE_SHEEN
		float sheenEnergyComp = 1.0 - 0.157 * max3( material.sheenColor );
		outgoingLight = outgoingLight * sheenEnergyComp + sheenSpecular;
	#endif
	#ifdef USE_CLEARCOAT
		float dotNVcc = saturate( dot( geometry.clearcoatNormal, geometry.viewDir ) );
		vec3 Fcc = F_Schlick( material.clearcoatF0, material.clearcoatF90, dotNVcc );
		outgoingLight = outgoingLight * ( 1.0 - material.clearcoat * Fcc ) + clearcoatSpecular * material.clearcoat;
	#endif
	#include <output_fragment>
	#include <tonemapping_fragment>
	#include <encodings_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`, Em = `#define TOON
varying vec3 vViewPosition;
#include <common>
#include <uv_pars_vertex>
#include <uv2_pars_vertex>
#include <displacementmap_pars_vertex>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <normal_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	#include <uv2_vertex>
	#include <color_vertex>
	#include <morphcolor_vertex>
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <normal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <displacementmap_vertex>
	#include <project_vertex>
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	vViewPosition = - mvPosition.xyz;
	#include <worldpos_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
}`, Tm = `#define TOON
uniform vec3 diffuse;
uniform vec3 emissive;
uniform float opacity;
#include <common>
#include <packing>
#include <dithering_pars_fragment>
#include <color_pars_fragment>
#include <uv_pars_fragment>
#include <uv2_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <aomap_pars_fragment>
#include <lightmap_pars_fragment>
#include <emissivemap_pars_fragment>
#include <gradientmap_pars_fragment>
#include <fog_pars_fragment>
#include <bsdfs>
#include <lights_pars_begin>
#include <normal_pars_fragment>
#include <lights_toon_pars_fragment>
#include <shadowmap_pars_fragment>
#include <bumpmap_pars_fragment>
#include <normalmap_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	#include <clipping_planes_fragment>
	vec4 diffuseColor = vec4( diffuse, opacity );
	ReflectedLight reflectedLight = ReflectedLight( vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ), vec3( 0.0 ) );
	vec3 totalEmissiveRadiance = emissive;
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <color_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	#include <normal_fragment_begin>
	#include <normal_fragment_maps>
	#include <emissivemap_fragment>
	#include <lights_toon_fragment>
	#include <lights_fragment_begin>
	#include <lights_fragment_maps>
	#include <lights_fragment_end>
	#include <aomap_fragment>
	vec3 outgoingLight = reflectedLight.directDiffuse + reflectedLight.indirectDiffuse + totalEmissiveRadiance;
	#include <output_fragment>
	#include <tonemapping_fragment>
	#include <encodings_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
	#include <dithering_fragment>
}`, Am = `uniform float size;
uniform float scale;
#include <common>
#include <color_pars_vertex>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <color_vertex>
	#include <morphcolor_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <project_vertex>
	gl_PointSize = size;
	#ifdef USE_SIZEATTENUATION
		bool isPerspective = isPerspectiveMatrix( projectionMatrix );
		if ( isPerspective ) gl_PointSize *= ( scale / - mvPosition.z );
	#endif
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <worldpos_vertex>
	#include <fog_vertex>
}`, Cm = `uniform vec3 diffuse;
uniform float opacity;
#include <common>
#include <color_pars_fragment>
#include <map_particle_pars_fragment>
#include <alphatest_pars_fragment>
#include <fog_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	#include <clipping_planes_fragment>
	vec3 outgoingLight = vec3( 0.0 );
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <logdepthbuf_fragment>
	#include <map_particle_fragment>
	#include <color_fragment>
	#include <alphatest_fragment>
	outgoingLight = diffuseColor.rgb;
	#include <output_fragment>
	#include <tonemapping_fragment>
	#include <encodings_fragment>
	#include <fog_fragment>
	#include <premultiplied_alpha_fragment>
}`, Lm = `#include <common>
#include <fog_pars_vertex>
#include <morphtarget_pars_vertex>
#include <skinning_pars_vertex>
#include <shadowmap_pars_vertex>
void main() {
	#include <beginnormal_vertex>
	#include <morphnormal_vertex>
	#include <skinbase_vertex>
	#include <skinnormal_vertex>
	#include <defaultnormal_vertex>
	#include <begin_vertex>
	#include <morphtarget_vertex>
	#include <skinning_vertex>
	#include <project_vertex>
	#include <worldpos_vertex>
	#include <shadowmap_vertex>
	#include <fog_vertex>
}`, Rm = `uniform vec3 color;
uniform float opacity;
#include <common>
#include <packing>
#include <fog_pars_fragment>
#include <bsdfs>
#include <lights_pars_begin>
#include <shadowmap_pars_fragment>
#include <shadowmask_pars_fragment>
void main() {
	gl_FragColor = vec4( color, opacity * ( 1.0 - getShadowMask() ) );
	#include <tonemapping_fragment>
	#include <encodings_fragment>
	#include <fog_fragment>
}`, Pm = `uniform float rotation;
uniform vec2 center;
#include <common>
#include <uv_pars_vertex>
#include <fog_pars_vertex>
#include <logdepthbuf_pars_vertex>
#include <clipping_planes_pars_vertex>
void main() {
	#include <uv_vertex>
	vec4 mvPosition = modelViewMatrix * vec4( 0.0, 0.0, 0.0, 1.0 );
	vec2 scale;
	scale.x = length( vec3( modelMatrix[ 0 ].x, modelMatrix[ 0 ].y, modelMatrix[ 0 ].z ) );
	scale.y = length( vec3( modelMatrix[ 1 ].x, modelMatrix[ 1 ].y, modelMatrix[ 1 ].z ) );
	#ifndef USE_SIZEATTENUATION
		bool isPerspective = isPerspectiveMatrix( projectionMatrix );
		if ( isPerspective ) scale *= - mvPosition.z;
	#endif
	vec2 alignedPosition = ( position.xy - ( center - vec2( 0.5 ) ) ) * scale;
	vec2 rotatedPosition;
	rotatedPosition.x = cos( rotation ) * alignedPosition.x - sin( rotation ) * alignedPosition.y;
	rotatedPosition.y = sin( rotation ) * alignedPosition.x + cos( rotation ) * alignedPosition.y;
	mvPosition.xy += rotatedPosition;
	gl_Position = projectionMatrix * mvPosition;
	#include <logdepthbuf_vertex>
	#include <clipping_planes_vertex>
	#include <fog_vertex>
}`, Im = `uniform vec3 diffuse;
uniform float opacity;
#include <common>
#include <uv_pars_fragment>
#include <map_pars_fragment>
#include <alphamap_pars_fragment>
#include <alphatest_pars_fragment>
#include <fog_pars_fragment>
#include <logdepthbuf_pars_fragment>
#include <clipping_planes_pars_fragment>
void main() {
	#include <clipping_planes_fragment>
	vec3 outgoingLight = vec3( 0.0 );
	vec4 diffuseColor = vec4( diffuse, opacity );
	#include <logdepthbuf_fragment>
	#include <map_fragment>
	#include <alphamap_fragment>
	#include <alphatest_fragment>
	outgoingLight = diffuseColor.rgb;
	#include <output_fragment>
	#include <tonemapping_fragment>
	#include <encodings_fragment>
	#include <fog_fragment>
}`, He = {
  alphamap_fragment: of,
  alphamap_pars_fragment: af,
  alphatest_fragment: lf,
  alphatest_pars_fragment: cf,
  aomap_fragment: hf,
  aomap_pars_fragment: uf,
  begin_vertex: df,
  beginnormal_vertex: ff,
  bsdfs: pf,
  bumpmap_pars_fragment: mf,
  clipping_planes_fragment: gf,
  clipping_planes_pars_fragment: yf,
  clipping_planes_pars_vertex: vf,
  clipping_planes_vertex: xf,
  color_fragment: _f,
  color_pars_fragment: bf,
  color_pars_vertex: wf,
  color_vertex: Mf,
  common: Sf,
  cube_uv_reflection_fragment: Ef,
  defaultnormal_vertex: Tf,
  displacementmap_pars_vertex: Af,
  displacementmap_vertex: Cf,
  emissivemap_fragment: Lf,
  emissivemap_pars_fragment: Rf,
  encodings_fragment: Pf,
  encodings_pars_fragment: If,
  envmap_fragment: Df,
  envmap_common_pars_fragment: Nf,
  envmap_pars_fragment: Of,
  envmap_pars_vertex: zf,
  envmap_physical_pars_fragment: Xf,
  envmap_vertex: Bf,
  fog_vertex: kf,
  fog_pars_vertex: Uf,
  fog_fragment: Ff,
  fog_pars_fragment: Hf,
  gradientmap_pars_fragment: Vf,
  lightmap_fragment: Gf,
  lightmap_pars_fragment: Wf,
  lights_lambert_vertex: jf,
  lights_pars_begin: qf,
  lights_toon_fragment: Yf,
  lights_toon_pars_fragment: Zf,
  lights_phong_fragment: $f,
  lights_phong_pars_fragment: Jf,
  lights_physical_fragment: Kf,
  lights_physical_pars_fragment: Qf,
  lights_fragment_begin: ep,
  lights_fragment_maps: tp,
  lights_fragment_end: np,
  logdepthbuf_fragment: ip,
  logdepthbuf_pars_fragment: sp,
  logdepthbuf_pars_vertex: rp,
  logdepthbuf_vertex: op,
  map_fragment: ap,
  map_pars_fragment: lp,
  map_particle_fragment: cp,
  map_particle_pars_fragment: hp,
  metalnessmap_fragment: up,
  metalnessmap_pars_fragment: dp,
  morphcolor_vertex: fp,
  morphnormal_vertex: pp,
  morphtarget_pars_vertex: mp,
  morphtarget_vertex: gp,
  normal_fragment_begin: yp,
  normal_fragment_maps: vp,
  normal_pars_fragment: xp,
  normal_pars_vertex: _p,
  normal_vertex: bp,
  normalmap_pars_fragment: wp,
  clearcoat_normal_fragment_begin: Mp,
  clearcoat_normal_fragment_maps: Sp,
  clearcoat_pars_fragment: Ep,
  output_fragment: Tp,
  packing: Ap,
  premultiplied_alpha_fragment: Cp,
  project_vertex: Lp,
  dithering_fragment: Rp,
  dithering_pars_fragment: Pp,
  roughnessmap_fragment: Ip,
  roughnessmap_pars_fragment: Dp,
  shadowmap_pars_fragment: Np,
  shadowmap_pars_vertex: Op,
  shadowmap_vertex: zp,
  shadowmask_pars_fragment: Bp,
  skinbase_vertex: kp,
  skinning_pars_vertex: Up,
  skinning_vertex: Fp,
  skinnormal_vertex: Hp,
  specularmap_fragment: Vp,
  specularmap_pars_fragment: Gp,
  tonemapping_fragment: Wp,
  tonemapping_pars_fragment: jp,
  transmission_fragment: qp,
  transmission_pars_fragment: Xp,
  uv_pars_fragment: Yp,
  uv_pars_vertex: Zp,
  uv_vertex: $p,
  uv2_pars_fragment: Jp,
  uv2_pars_vertex: Kp,
  uv2_vertex: Qp,
  worldpos_vertex: em,
  background_vert: tm,
  background_frag: nm,
  cube_vert: im,
  cube_frag: sm,
  depth_vert: rm,
  depth_frag: om,
  distanceRGBA_vert: am,
  distanceRGBA_frag: lm,
  equirect_vert: cm,
  equirect_frag: hm,
  linedashed_vert: um,
  linedashed_frag: dm,
  meshbasic_vert: fm,
  meshbasic_frag: pm,
  meshlambert_vert: mm,
  meshlambert_frag: gm,
  meshmatcap_vert: ym,
  meshmatcap_frag: vm,
  meshnormal_vert: xm,
  meshnormal_frag: _m,
  meshphong_vert: bm,
  meshphong_frag: wm,
  meshphysical_vert: Mm,
  meshphysical_frag: Sm,
  meshtoon_vert: Em,
  meshtoon_frag: Tm,
  points_vert: Am,
  points_frag: Cm,
  shadow_vert: Lm,
  shadow_frag: Rm,
  sprite_vert: Pm,
  sprite_frag: Im
}, ve = {
  common: {
    diffuse: { value: new pe(16777215) },
    opacity: { value: 1 },
    map: { value: null },
    uvTransform: { value: new ut() },
    uv2Transform: { value: new ut() },
    alphaMap: { value: null },
    alphaTest: { value: 0 }
  },
  specularmap: {
    specularMap: { value: null }
  },
  envmap: {
    envMap: { value: null },
    flipEnvMap: { value: -1 },
    reflectivity: { value: 1 },
    // basic, lambert, phong
    ior: { value: 1.5 },
    // physical
    refractionRatio: { value: 0.98 }
    // basic, lambert, phong
  },
  aomap: {
    aoMap: { value: null },
    aoMapIntensity: { value: 1 }
  },
  lightmap: {
    lightMap: { value: null },
    lightMapIntensity: { value: 1 }
  },
  emissivemap: {
    emissiveMap: { value: null }
  },
  bumpmap: {
    bumpMap: { value: null },
    bumpScale: { value: 1 }
  },
  normalmap: {
    normalMap: { value: null },
    normalScale: { value: new K(1, 1) }
  },
  displacementmap: {
    displacementMap: { value: null },
    displacementScale: { value: 1 },
    displacementBias: { value: 0 }
  },
  roughnessmap: {
    roughnessMap: { value: null }
  },
  metalnessmap: {
    metalnessMap: { value: null }
  },
  gradientmap: {
    gradientMap: { value: null }
  },
  fog: {
    fogDensity: { value: 25e-5 },
    fogNear: { value: 1 },
    fogFar: { value: 2e3 },
    fogColor: { value: new pe(16777215) }
  },
  lights: {
    ambientLightColor: { value: [] },
    lightProbe: { value: [] },
    directionalLights: { value: [], properties: {
      direction: {},
      color: {}
    } },
    directionalLightShadows: { value: [], properties: {
      shadowBias: {},
      shadowNormalBias: {},
      shadowRadius: {},
      shadowMapSize: {}
    } },
    directionalShadowMap: { value: [] },
    directionalShadowMatrix: { value: [] },
    spotLights: { value: [], properties: {
      color: {},
      position: {},
      direction: {},
      distance: {},
      coneCos: {},
      penumbraCos: {},
      decay: {}
    } },
    spotLightShadows: { value: [], properties: {
      shadowBias: {},
      shadowNormalBias: {},
      shadowRadius: {},
      shadowMapSize: {}
    } },
    spotShadowMap: { value: [] },
    spotShadowMatrix: { value: [] },
    pointLights: { value: [], properties: {
      color: {},
      position: {},
      decay: {},
      distance: {}
    } },
    pointLightShadows: { value: [], properties: {
      shadowBias: {},
      shadowNormalBias: {},
      shadowRadius: {},
      shadowMapSize: {},
      shadowCameraNear: {},
      shadowCameraFar: {}
    } },
    pointShadowMap: { value: [] },
    pointShadowMatrix: { value: [] },
    hemisphereLights: { value: [], properties: {
      direction: {},
      skyColor: {},
      groundColor: {}
    } },
    // TODO (abelnation): RectAreaLight BRDF data needs to be moved from example to main src
    rectAreaLights: { value: [], properties: {
      color: {},
      position: {},
      width: {},
      height: {}
    } },
    ltc_1: { value: null },
    ltc_2: { value: null }
  },
  points: {
    diffuse: { value: new pe(16777215) },
    opacity: { value: 1 },
    size: { value: 1 },
    scale: { value: 1 },
    map: { value: null },
    alphaMap: { value: null },
    alphaTest: { value: 0 },
    uvTransform: { value: new ut() }
  },
  sprite: {
    diffuse: { value: new pe(16777215) },
    opacity: { value: 1 },
    center: { value: new K(0.5, 0.5) },
    rotation: { value: 0 },
    map: { value: null },
    alphaMap: { value: null },
    alphaTest: { value: 0 },
    uvTransform: { value: new ut() }
  }
}, $t = {
  basic: {
    uniforms: _t([
      ve.common,
      ve.specularmap,
      ve.envmap,
      ve.aomap,
      ve.lightmap,
      ve.fog
    ]),
    vertexShader: He.meshbasic_vert,
    fragmentShader: He.meshbasic_frag
  },
  lambert: {
    uniforms: _t([
      ve.common,
      ve.specularmap,
      ve.envmap,
      ve.aomap,
      ve.lightmap,
      ve.emissivemap,
      ve.fog,
      ve.lights,
      {
        emissive: { value: new pe(0) }
      }
    ]),
    vertexShader: He.meshlambert_vert,
    fragmentShader: He.meshlambert_frag
  },
  phong: {
    uniforms: _t([
      ve.common,
      ve.specularmap,
      ve.envmap,
      ve.aomap,
      ve.lightmap,
      ve.emissivemap,
      ve.bumpmap,
      ve.normalmap,
      ve.displacementmap,
      ve.fog,
      ve.lights,
      {
        emissive: { value: new pe(0) },
        specular: { value: new pe(1118481) },
        shininess: { value: 30 }
      }
    ]),
    vertexShader: He.meshphong_vert,
    fragmentShader: He.meshphong_frag
  },
  standard: {
    uniforms: _t([
      ve.common,
      ve.envmap,
      ve.aomap,
      ve.lightmap,
      ve.emissivemap,
      ve.bumpmap,
      ve.normalmap,
      ve.displacementmap,
      ve.roughnessmap,
      ve.metalnessmap,
      ve.fog,
      ve.lights,
      {
        emissive: { value: new pe(0) },
        roughness: { value: 1 },
        metalness: { value: 0 },
        envMapIntensity: { value: 1 }
        // temporary
      }
    ]),
    vertexShader: He.meshphysical_vert,
    fragmentShader: He.meshphysical_frag
  },
  toon: {
    uniforms: _t([
      ve.common,
      ve.aomap,
      ve.lightmap,
      ve.emissivemap,
      ve.bumpmap,
      ve.normalmap,
      ve.displacementmap,
      ve.gradientmap,
      ve.fog,
      ve.lights,
      {
        emissive: { value: new pe(0) }
      }
    ]),
    vertexShader: He.meshtoon_vert,
    fragmentShader: He.meshtoon_frag
  },
  matcap: {
    uniforms: _t([
      ve.common,
      ve.bumpmap,
      ve.normalmap,
      ve.displacementmap,
      ve.fog,
      {
        matcap: { value: null }
      }
    ]),
    vertexShader: He.meshmatcap_vert,
    fragmentShader: He.meshmatcap_frag
  },
  points: {
    uniforms: _t([
      ve.points,
      ve.fog
    ]),
    vertexShader: He.points_vert,
    fragmentShader: He.points_frag
  },
  dashed: {
    uniforms: _t([
      ve.common,
      ve.fog,
      {
        scale: { value: 1 },
        dashSize: { value: 1 },
        totalSize: { value: 2 }
      }
    ]),
    vertexShader: He.linedashed_vert,
    fragmentShader: He.linedashed_frag
  },
  depth: {
    uniforms: _t([
      ve.common,
      ve.displacementmap
    ]),
    vertexShader: He.depth_vert,
    fragmentShader: He.depth_frag
  },
  normal: {
    uniforms: _t([
      ve.common,
      ve.bumpmap,
      ve.normalmap,
      ve.displacementmap,
      {
        opacity: { value: 1 }
      }
    ]),
    vertexShader: He.meshnormal_vert,
    fragmentShader: He.meshnormal_frag
  },
  sprite: {
    uniforms: _t([
      ve.sprite,
      ve.fog
    ]),
    vertexShader: He.sprite_vert,
    fragmentShader: He.sprite_frag
  },
  background: {
    uniforms: {
      uvTransform: { value: new ut() },
      t2D: { value: null }
    },
    vertexShader: He.background_vert,
    fragmentShader: He.background_frag
  },
  /* -------------------------------------------------------------------------
  //	Cube map shader
   ------------------------------------------------------------------------- */
  cube: {
    uniforms: _t([
      ve.envmap,
      {
        opacity: { value: 1 }
      }
    ]),
    vertexShader: He.cube_vert,
    fragmentShader: He.cube_frag
  },
  equirect: {
    uniforms: {
      tEquirect: { value: null }
    },
    vertexShader: He.equirect_vert,
    fragmentShader: He.equirect_frag
  },
  distanceRGBA: {
    uniforms: _t([
      ve.common,
      ve.displacementmap,
      {
        referencePosition: { value: new M() },
        nearDistance: { value: 1 },
        farDistance: { value: 1e3 }
      }
    ]),
    vertexShader: He.distanceRGBA_vert,
    fragmentShader: He.distanceRGBA_frag
  },
  shadow: {
    uniforms: _t([
      ve.lights,
      ve.fog,
      {
        color: { value: new pe(0) },
        opacity: { value: 1 }
      }
    ]),
    vertexShader: He.shadow_vert,
    fragmentShader: He.shadow_frag
  }
};
$t.physical = {
  uniforms: _t([
    $t.standard.uniforms,
    {
      clearcoat: { value: 0 },
      clearcoatMap: { value: null },
      clearcoatRoughness: { value: 0 },
      clearcoatRoughnessMap: { value: null },
      clearcoatNormalScale: { value: new K(1, 1) },
      clearcoatNormalMap: { value: null },
      sheen: { value: 0 },
      sheenColor: { value: new pe(0) },
      sheenColorMap: { value: null },
      sheenRoughness: { value: 1 },
      sheenRoughnessMap: { value: null },
      transmission: { value: 0 },
      transmissionMap: { value: null },
      transmissionSamplerSize: { value: new K() },
      transmissionSamplerMap: { value: null },
      thickness: { value: 0 },
      thicknessMap: { value: null },
      attenuationDistance: { value: 0 },
      attenuationColor: { value: new pe(0) },
      specularIntensity: { value: 1 },
      specularIntensityMap: { value: null },
      specularColor: { value: new pe(1, 1, 1) },
      specularColorMap: { value: null }
    }
  ]),
  vertexShader: He.meshphysical_vert,
  fragmentShader: He.meshphysical_frag
};
function Dm(r, e, t, n, i, s) {
  const o = new pe(0);
  let a = i === !0 ? 0 : 1, l, c, h = null, u = 0, d = null;
  function f(p, m) {
    let y = !1, _ = m.isScene === !0 ? m.background : null;
    _ && _.isTexture && (_ = e.get(_));
    const S = r.xr, w = S.getSession && S.getSession();
    w && w.environmentBlendMode === "additive" && (_ = null), _ === null ? g(o, a) : _ && _.isColor && (g(_, 1), y = !0), (r.autoClear || y) && r.clear(r.autoClearColor, r.autoClearDepth, r.autoClearStencil), _ && (_.isCubeTexture || _.mapping === Rr) ? (c === void 0 && (c = new $e(
      new Ui(1, 1, 1),
      new Rt({
        name: "BackgroundCubeMaterial",
        uniforms: Di($t.cube.uniforms),
        vertexShader: $t.cube.vertexShader,
        fragmentShader: $t.cube.fragmentShader,
        side: It,
        depthTest: !1,
        depthWrite: !1,
        fog: !1
      })
    ), c.geometry.deleteAttribute("normal"), c.geometry.deleteAttribute("uv"), c.onBeforeRender = function(x, L, D) {
      this.matrixWorld.copyPosition(D.matrixWorld);
    }, Object.defineProperty(c.material, "envMap", {
      get: function() {
        return this.uniforms.envMap.value;
      }
    }), n.update(c)), c.material.uniforms.envMap.value = _, c.material.uniforms.flipEnvMap.value = _.isCubeTexture && _.isRenderTargetTexture === !1 ? -1 : 1, (h !== _ || u !== _.version || d !== r.toneMapping) && (c.material.needsUpdate = !0, h = _, u = _.version, d = r.toneMapping), p.unshift(c, c.geometry, c.material, 0, 0, null)) : _ && _.isTexture && (l === void 0 && (l = new $e(
      new va(2, 2),
      new Rt({
        name: "BackgroundMaterial",
        uniforms: Di($t.background.uniforms),
        vertexShader: $t.background.vertexShader,
        fragmentShader: $t.background.fragmentShader,
        side: cs,
        depthTest: !1,
        depthWrite: !1,
        fog: !1
      })
    ), l.geometry.deleteAttribute("normal"), Object.defineProperty(l.material, "map", {
      get: function() {
        return this.uniforms.t2D.value;
      }
    }), n.update(l)), l.material.uniforms.t2D.value = _, _.matrixAutoUpdate === !0 && _.updateMatrix(), l.material.uniforms.uvTransform.value.copy(_.matrix), (h !== _ || u !== _.version || d !== r.toneMapping) && (l.material.needsUpdate = !0, h = _, u = _.version, d = r.toneMapping), p.unshift(l, l.geometry, l.material, 0, 0, null));
  }
  function g(p, m) {
    t.buffers.color.setClear(p.r, p.g, p.b, m, s);
  }
  return {
    getClearColor: function() {
      return o;
    },
    setClearColor: function(p, m = 1) {
      o.set(p), a = m, g(o, a);
    },
    getClearAlpha: function() {
      return a;
    },
    setClearAlpha: function(p) {
      a = p, g(o, a);
    },
    render: f
  };
}
function Nm(r, e, t, n) {
  const i = r.getParameter(34921), s = n.isWebGL2 ? null : e.get("OES_vertex_array_object"), o = n.isWebGL2 || s !== null, a = {}, l = m(null);
  let c = l, h = !1;
  function u(z, X, G, q, O) {
    let ne = !1;
    if (o) {
      const Q = p(q, G, X);
      c !== Q && (c = Q, f(c.object)), ne = y(q, O), ne && _(q, O);
    } else {
      const Q = X.wireframe === !0;
      (c.geometry !== q.id || c.program !== G.id || c.wireframe !== Q) && (c.geometry = q.id, c.program = G.id, c.wireframe = Q, ne = !0);
    }
    z.isInstancedMesh === !0 && (ne = !0), O !== null && t.update(O, 34963), (ne || h) && (h = !1, T(z, X, G, q), O !== null && r.bindBuffer(34963, t.get(O).buffer));
  }
  function d() {
    return n.isWebGL2 ? r.createVertexArray() : s.createVertexArrayOES();
  }
  function f(z) {
    return n.isWebGL2 ? r.bindVertexArray(z) : s.bindVertexArrayOES(z);
  }
  function g(z) {
    return n.isWebGL2 ? r.deleteVertexArray(z) : s.deleteVertexArrayOES(z);
  }
  function p(z, X, G) {
    const q = G.wireframe === !0;
    let O = a[z.id];
    O === void 0 && (O = {}, a[z.id] = O);
    let ne = O[X.id];
    ne === void 0 && (ne = {}, O[X.id] = ne);
    let Q = ne[q];
    return Q === void 0 && (Q = m(d()), ne[q] = Q), Q;
  }
  function m(z) {
    const X = [], G = [], q = [];
    for (let O = 0; O < i; O++)
      X[O] = 0, G[O] = 0, q[O] = 0;
    return {
      // for backward compatibility on non-VAO support browser
      geometry: null,
      program: null,
      wireframe: !1,
      newAttributes: X,
      enabledAttributes: G,
      attributeDivisors: q,
      object: z,
      attributes: {},
      index: null
    };
  }
  function y(z, X) {
    const G = c.attributes, q = z.attributes;
    let O = 0;
    for (const ne in q) {
      const Q = G[ne], ue = q[ne];
      if (Q === void 0 || Q.attribute !== ue || Q.data !== ue.data) return !0;
      O++;
    }
    return c.attributesNum !== O || c.index !== X;
  }
  function _(z, X) {
    const G = {}, q = z.attributes;
    let O = 0;
    for (const ne in q) {
      const Q = q[ne], ue = {};
      ue.attribute = Q, Q.data && (ue.data = Q.data), G[ne] = ue, O++;
    }
    c.attributes = G, c.attributesNum = O, c.index = X;
  }
  function S() {
    const z = c.newAttributes;
    for (let X = 0, G = z.length; X < G; X++)
      z[X] = 0;
  }
  function w(z) {
    x(z, 0);
  }
  function x(z, X) {
    const G = c.newAttributes, q = c.enabledAttributes, O = c.attributeDivisors;
    G[z] = 1, q[z] === 0 && (r.enableVertexAttribArray(z), q[z] = 1), O[z] !== X && ((n.isWebGL2 ? r : e.get("ANGLE_instanced_arrays"))[n.isWebGL2 ? "vertexAttribDivisor" : "vertexAttribDivisorANGLE"](z, X), O[z] = X);
  }
  function L() {
    const z = c.newAttributes, X = c.enabledAttributes;
    for (let G = 0, q = X.length; G < q; G++)
      X[G] !== z[G] && (r.disableVertexAttribArray(G), X[G] = 0);
  }
  function D(z, X, G, q, O, ne) {
    n.isWebGL2 === !0 && (G === 5124 || G === 5125) ? r.vertexAttribIPointer(z, X, G, O, ne) : r.vertexAttribPointer(z, X, G, q, O, ne);
  }
  function T(z, X, G, q) {
    if (n.isWebGL2 === !1 && (z.isInstancedMesh || q.isInstancedBufferGeometry) && e.get("ANGLE_instanced_arrays") === null)
      return;
    S();
    const O = q.attributes, ne = G.getAttributes(), Q = X.defaultAttributeValues;
    for (const ue in ne) {
      const le = ne[ue];
      if (le.location >= 0) {
        let Me = O[ue];
        if (Me === void 0 && (ue === "instanceMatrix" && z.instanceMatrix && (Me = z.instanceMatrix), ue === "instanceColor" && z.instanceColor && (Me = z.instanceColor)), Me !== void 0) {
          const Pe = Me.normalized, Ce = Me.itemSize, ee = t.get(Me);
          if (ee === void 0) continue;
          const j = ee.buffer, U = ee.type, oe = ee.bytesPerElement;
          if (Me.isInterleavedBufferAttribute) {
            const F = Me.data, re = F.stride, B = Me.offset;
            if (F.isInstancedInterleavedBuffer) {
              for (let H = 0; H < le.locationSize; H++)
                x(le.location + H, F.meshPerAttribute);
              z.isInstancedMesh !== !0 && q._maxInstanceCount === void 0 && (q._maxInstanceCount = F.meshPerAttribute * F.count);
            } else
              for (let H = 0; H < le.locationSize; H++)
                w(le.location + H);
            r.bindBuffer(34962, j);
            for (let H = 0; H < le.locationSize; H++)
              D(
                le.location + H,
                Ce / le.locationSize,
                U,
                Pe,
                re * oe,
                (B + Ce / le.locationSize * H) * oe
              );
          } else {
            if (Me.isInstancedBufferAttribute) {
              for (let F = 0; F < le.locationSize; F++)
                x(le.location + F, Me.meshPerAttribute);
              z.isInstancedMesh !== !0 && q._maxInstanceCount === void 0 && (q._maxInstanceCount = Me.meshPerAttribute * Me.count);
            } else
              for (let F = 0; F < le.locationSize; F++)
                w(le.location + F);
            r.bindBuffer(34962, j);
            for (let F = 0; F < le.locationSize; F++)
              D(
                le.location + F,
                Ce / le.locationSize,
                U,
                Pe,
                Ce * oe,
                Ce / le.locationSize * F * oe
              );
          }
        } else if (Q !== void 0) {
          const Pe = Q[ue];
          if (Pe !== void 0)
            switch (Pe.length) {
              case 2:
                r.vertexAttrib2fv(le.location, Pe);
                break;
              case 3:
                r.vertexAttrib3fv(le.location, Pe);
                break;
              case 4:
                r.vertexAttrib4fv(le.location, Pe);
                break;
              default:
                r.vertexAttrib1fv(le.location, Pe);
            }
        }
      }
    }
    L();
  }
  function N() {
    R();
    for (const z in a) {
      const X = a[z];
      for (const G in X) {
        const q = X[G];
        for (const O in q)
          g(q[O].object), delete q[O];
        delete X[G];
      }
      delete a[z];
    }
  }
  function P(z) {
    if (a[z.id] === void 0) return;
    const X = a[z.id];
    for (const G in X) {
      const q = X[G];
      for (const O in q)
        g(q[O].object), delete q[O];
      delete X[G];
    }
    delete a[z.id];
  }
  function b(z) {
    for (const X in a) {
      const G = a[X];
      if (G[z.id] === void 0) continue;
      const q = G[z.id];
      for (const O in q)
        g(q[O].object), delete q[O];
      delete G[z.id];
    }
  }
  function R() {
    $(), h = !0, c !== l && (c = l, f(c.object));
  }
  function $() {
    l.geometry = null, l.program = null, l.wireframe = !1;
  }
  return {
    setup: u,
    reset: R,
    resetDefaultState: $,
    dispose: N,
    releaseStatesOfGeometry: P,
    releaseStatesOfProgram: b,
    initAttributes: S,
    enableAttribute: w,
    disableUnusedAttributes: L
  };
}
function Om(r, e, t, n) {
  const i = n.isWebGL2;
  let s;
  function o(c) {
    s = c;
  }
  function a(c, h) {
    r.drawArrays(s, c, h), t.update(h, s, 1);
  }
  function l(c, h, u) {
    if (u === 0) return;
    let d, f;
    if (i)
      d = r, f = "drawArraysInstanced";
    else if (d = e.get("ANGLE_instanced_arrays"), f = "drawArraysInstancedANGLE", d === null) {
      console.error("THREE.WebGLBufferRenderer: using THREE.InstancedBufferGeometry but hardware does not support extension ANGLE_instanced_arrays.");
      return;
    }
    d[f](s, c, h, u), t.update(h, s, u);
  }
  this.setMode = o, this.render = a, this.renderInstances = l;
}
function zm(r, e, t) {
  let n;
  function i() {
    if (n !== void 0) return n;
    if (e.has("EXT_texture_filter_anisotropic") === !0) {
      const D = e.get("EXT_texture_filter_anisotropic");
      n = r.getParameter(D.MAX_TEXTURE_MAX_ANISOTROPY_EXT);
    } else
      n = 0;
    return n;
  }
  function s(D) {
    if (D === "highp") {
      if (r.getShaderPrecisionFormat(35633, 36338).precision > 0 && r.getShaderPrecisionFormat(35632, 36338).precision > 0)
        return "highp";
      D = "mediump";
    }
    return D === "mediump" && r.getShaderPrecisionFormat(35633, 36337).precision > 0 && r.getShaderPrecisionFormat(35632, 36337).precision > 0 ? "mediump" : "lowp";
  }
  const o = typeof WebGL2RenderingContext < "u" && r instanceof WebGL2RenderingContext || typeof WebGL2ComputeRenderingContext < "u" && r instanceof WebGL2ComputeRenderingContext;
  let a = t.precision !== void 0 ? t.precision : "highp";
  const l = s(a);
  l !== a && (console.warn("THREE.WebGLRenderer:", a, "not supported, using", l, "instead."), a = l);
  const c = o || e.has("WEBGL_draw_buffers"), h = t.logarithmicDepthBuffer === !0, u = r.getParameter(34930), d = r.getParameter(35660), f = r.getParameter(3379), g = r.getParameter(34076), p = r.getParameter(34921), m = r.getParameter(36347), y = r.getParameter(36348), _ = r.getParameter(36349), S = d > 0, w = o || e.has("OES_texture_float"), x = S && w, L = o ? r.getParameter(36183) : 0;
  return {
    isWebGL2: o,
    drawBuffers: c,
    getMaxAnisotropy: i,
    getMaxPrecision: s,
    precision: a,
    logarithmicDepthBuffer: h,
    maxTextures: u,
    maxVertexTextures: d,
    maxTextureSize: f,
    maxCubemapSize: g,
    maxAttributes: p,
    maxVertexUniforms: m,
    maxVaryings: y,
    maxFragmentUniforms: _,
    vertexTextures: S,
    floatFragmentTextures: w,
    floatVertexTextures: x,
    maxSamples: L
  };
}
function Bm(r) {
  const e = this;
  let t = null, n = 0, i = !1, s = !1;
  const o = new Zt(), a = new ut(), l = { value: null, needsUpdate: !1 };
  this.uniform = l, this.numPlanes = 0, this.numIntersection = 0, this.init = function(u, d, f) {
    const g = u.length !== 0 || d || // enable state of previous frame - the clipping code has to
    // run another frame in order to reset the state:
    n !== 0 || i;
    return i = d, t = h(u, f, 0), n = u.length, g;
  }, this.beginShadows = function() {
    s = !0, h(null);
  }, this.endShadows = function() {
    s = !1, c();
  }, this.setState = function(u, d, f) {
    const g = u.clippingPlanes, p = u.clipIntersection, m = u.clipShadows, y = r.get(u);
    if (!i || g === null || g.length === 0 || s && !m)
      s ? h(null) : c();
    else {
      const _ = s ? 0 : n, S = _ * 4;
      let w = y.clippingState || null;
      l.value = w, w = h(g, d, S, f);
      for (let x = 0; x !== S; ++x)
        w[x] = t[x];
      y.clippingState = w, this.numIntersection = p ? this.numPlanes : 0, this.numPlanes += _;
    }
  };
  function c() {
    l.value !== t && (l.value = t, l.needsUpdate = n > 0), e.numPlanes = n, e.numIntersection = 0;
  }
  function h(u, d, f, g) {
    const p = u !== null ? u.length : 0;
    let m = null;
    if (p !== 0) {
      if (m = l.value, g !== !0 || m === null) {
        const y = f + p * 4, _ = d.matrixWorldInverse;
        a.getNormalMatrix(_), (m === null || m.length < y) && (m = new Float32Array(y));
        for (let S = 0, w = f; S !== p; ++S, w += 4)
          o.copy(u[S]).applyMatrix4(_, a), o.normal.toArray(m, w), m[w + 3] = o.constant;
      }
      l.value = m, l.needsUpdate = !0;
    }
    return e.numPlanes = p, e.numIntersection = 0, m;
  }
}
function km(r) {
  let e = /* @__PURE__ */ new WeakMap();
  function t(o, a) {
    return a === Yo ? o.mapping = Ri : a === Zo && (o.mapping = Pi), o;
  }
  function n(o) {
    if (o && o.isTexture && o.isRenderTargetTexture === !1) {
      const a = o.mapping;
      if (a === Yo || a === Zo)
        if (e.has(o)) {
          const l = e.get(o).texture;
          return t(l, o.mapping);
        } else {
          const l = o.image;
          if (l && l.height > 0) {
            const c = new Dh(l.height / 2);
            return c.fromEquirectangularTexture(r, o), e.set(o, c), o.addEventListener("dispose", i), t(c.texture, o.mapping);
          } else
            return null;
        }
    }
    return o;
  }
  function i(o) {
    const a = o.target;
    a.removeEventListener("dispose", i);
    const l = e.get(a);
    l !== void 0 && (e.delete(a), l.dispose());
  }
  function s() {
    e = /* @__PURE__ */ new WeakMap();
  }
  return {
    get: n,
    dispose: s
  };
}
class Ni extends bs {
  constructor(e = -1, t = 1, n = 1, i = -1, s = 0.1, o = 2e3) {
    super(), this.type = "OrthographicCamera", this.zoom = 1, this.view = null, this.left = e, this.right = t, this.top = n, this.bottom = i, this.near = s, this.far = o, this.updateProjectionMatrix();
  }
  copy(e, t) {
    return super.copy(e, t), this.left = e.left, this.right = e.right, this.top = e.top, this.bottom = e.bottom, this.near = e.near, this.far = e.far, this.zoom = e.zoom, this.view = e.view === null ? null : Object.assign({}, e.view), this;
  }
  setViewOffset(e, t, n, i, s, o) {
    this.view === null && (this.view = {
      enabled: !0,
      fullWidth: 1,
      fullHeight: 1,
      offsetX: 0,
      offsetY: 0,
      width: 1,
      height: 1
    }), this.view.enabled = !0, this.view.fullWidth = e, this.view.fullHeight = t, this.view.offsetX = n, this.view.offsetY = i, this.view.width = s, this.view.height = o, this.updateProjectionMatrix();
  }
  clearViewOffset() {
    this.view !== null && (this.view.enabled = !1), this.updateProjectionMatrix();
  }
  updateProjectionMatrix() {
    const e = (this.right - this.left) / (2 * this.zoom), t = (this.top - this.bottom) / (2 * this.zoom), n = (this.right + this.left) / 2, i = (this.top + this.bottom) / 2;
    let s = n - e, o = n + e, a = i + t, l = i - t;
    if (this.view !== null && this.view.enabled) {
      const c = (this.right - this.left) / this.view.fullWidth / this.zoom, h = (this.top - this.bottom) / this.view.fullHeight / this.zoom;
      s += c * this.view.offsetX, o = s + c * this.view.width, a -= h * this.view.offsetY, l = a - h * this.view.height;
    }
    this.projectionMatrix.makeOrthographic(s, o, a, l, this.near, this.far), this.projectionMatrixInverse.copy(this.projectionMatrix).invert();
  }
  toJSON(e) {
    const t = super.toJSON(e);
    return t.object.zoom = this.zoom, t.object.left = this.left, t.object.right = this.right, t.object.top = this.top, t.object.bottom = this.bottom, t.object.near = this.near, t.object.far = this.far, this.view !== null && (t.object.view = Object.assign({}, this.view)), t;
  }
}
Ni.prototype.isOrthographicCamera = !0;
const wi = 4, Nl = [0.125, 0.215, 0.35, 0.446, 0.526, 0.582], kn = 20, bo = /* @__PURE__ */ new Ni(), Ol = /* @__PURE__ */ new pe();
let wo = null;
const Bn = (1 + Math.sqrt(5)) / 2, di = 1 / Bn, zl = [
  /* @__PURE__ */ new M(1, 1, 1),
  /* @__PURE__ */ new M(-1, 1, 1),
  /* @__PURE__ */ new M(1, 1, -1),
  /* @__PURE__ */ new M(-1, 1, -1),
  /* @__PURE__ */ new M(0, Bn, di),
  /* @__PURE__ */ new M(0, Bn, -di),
  /* @__PURE__ */ new M(di, 0, Bn),
  /* @__PURE__ */ new M(-di, 0, Bn),
  /* @__PURE__ */ new M(Bn, di, 0),
  /* @__PURE__ */ new M(-Bn, di, 0)
];
class Bl {
  constructor(e) {
    this._renderer = e, this._pingPongRenderTarget = null, this._lodMax = 0, this._cubeSize = 0, this._lodPlanes = [], this._sizeLods = [], this._sigmas = [], this._blurMaterial = null, this._cubemapMaterial = null, this._equirectMaterial = null, this._compileMaterial(this._blurMaterial);
  }
  /**
   * Generates a PMREM from a supplied Scene, which can be faster than using an
   * image if networking bandwidth is low. Optional sigma specifies a blur radius
   * in radians to be applied to the scene before PMREM generation. Optional near
   * and far planes ensure the scene is rendered in its entirety (the cubeCamera
   * is placed at the origin).
   */
  fromScene(e, t = 0, n = 0.1, i = 100) {
    wo = this._renderer.getRenderTarget(), this._setSize(256);
    const s = this._allocateTargets();
    return s.depthBuffer = !0, this._sceneToCubeUV(e, n, i, s), t > 0 && this._blur(s, 0, 0, t), this._applyPMREM(s), this._cleanup(s), s;
  }
  /**
   * Generates a PMREM from an equirectangular texture, which can be either LDR
   * or HDR. The ideal input image size is 1k (1024 x 512),
   * as this matches best with the 256 x 256 cubemap output.
   */
  fromEquirectangular(e, t = null) {
    return this._fromTexture(e, t);
  }
  /**
   * Generates a PMREM from an cubemap texture, which can be either LDR
   * or HDR. The ideal input cube size is 256 x 256,
   * as this matches best with the 256 x 256 cubemap output.
   */
  fromCubemap(e, t = null) {
    return this._fromTexture(e, t);
  }
  /**
   * Pre-compiles the cubemap shader. You can get faster start-up by invoking this method during
   * your texture's network fetch for increased concurrency.
   */
  compileCubemapShader() {
    this._cubemapMaterial === null && (this._cubemapMaterial = Fl(), this._compileMaterial(this._cubemapMaterial));
  }
  /**
   * Pre-compiles the equirectangular shader. You can get faster start-up by invoking this method during
   * your texture's network fetch for increased concurrency.
   */
  compileEquirectangularShader() {
    this._equirectMaterial === null && (this._equirectMaterial = Ul(), this._compileMaterial(this._equirectMaterial));
  }
  /**
   * Disposes of the PMREMGenerator's internal memory. Note that PMREMGenerator is a static class,
   * so you should not need more than one PMREMGenerator object. If you do, calling dispose() on
   * one of them will cause any others to also become unusable.
   */
  dispose() {
    this._dispose(), this._cubemapMaterial !== null && this._cubemapMaterial.dispose(), this._equirectMaterial !== null && this._equirectMaterial.dispose();
  }
  // private interface
  _setSize(e) {
    this._lodMax = Math.floor(Math.log2(e)), this._cubeSize = Math.pow(2, this._lodMax);
  }
  _dispose() {
    this._blurMaterial !== null && this._blurMaterial.dispose(), this._pingPongRenderTarget !== null && this._pingPongRenderTarget.dispose();
    for (let e = 0; e < this._lodPlanes.length; e++)
      this._lodPlanes[e].dispose();
  }
  _cleanup(e) {
    this._renderer.setRenderTarget(wo), e.scissorTest = !1, Xs(e, 0, 0, e.width, e.height);
  }
  _fromTexture(e, t) {
    e.mapping === Ri || e.mapping === Pi ? this._setSize(e.image.length === 0 ? 16 : e.image[0].width || e.image[0].image.width) : this._setSize(e.image.width / 4), wo = this._renderer.getRenderTarget();
    const n = t || this._allocateTargets();
    return this._textureToCubeUV(e, n), this._applyPMREM(n), this._cleanup(n), n;
  }
  _allocateTargets() {
    const e = 3 * Math.max(this._cubeSize, 112), t = 4 * this._cubeSize - 32, n = {
      magFilter: St,
      minFilter: St,
      generateMipmaps: !1,
      type: Ei,
      format: Vt,
      encoding: fn,
      depthBuffer: !1
    }, i = kl(e, t, n);
    if (this._pingPongRenderTarget === null || this._pingPongRenderTarget.width !== e) {
      this._pingPongRenderTarget !== null && this._dispose(), this._pingPongRenderTarget = kl(e, t, n);
      const { _lodMax: s } = this;
      ({ sizeLods: this._sizeLods, lodPlanes: this._lodPlanes, sigmas: this._sigmas } = Um(s)), this._blurMaterial = Fm(s, e, t);
    }
    return i;
  }
  _compileMaterial(e) {
    const t = new $e(this._lodPlanes[0], e);
    this._renderer.compile(t, bo);
  }
  _sceneToCubeUV(e, t, n, i) {
    const a = new Et(90, 1, t, n), l = [1, -1, 1, 1, 1, 1], c = [1, 1, 1, -1, -1, -1], h = this._renderer, u = h.autoClear, d = h.toneMapping;
    h.getClearColor(Ol), h.toneMapping = un, h.autoClear = !1;
    const f = new ki({
      name: "PMREM.Background",
      side: It,
      depthWrite: !1,
      depthTest: !1
    }), g = new $e(new Ui(), f);
    let p = !1;
    const m = e.background;
    m ? m.isColor && (f.color.copy(m), e.background = null, p = !0) : (f.color.copy(Ol), p = !0);
    for (let y = 0; y < 6; y++) {
      const _ = y % 3;
      _ === 0 ? (a.up.set(0, l[y], 0), a.lookAt(c[y], 0, 0)) : _ === 1 ? (a.up.set(0, 0, l[y]), a.lookAt(0, c[y], 0)) : (a.up.set(0, l[y], 0), a.lookAt(0, 0, c[y]));
      const S = this._cubeSize;
      Xs(i, _ * S, y > 2 ? S : 0, S, S), h.setRenderTarget(i), p && h.render(g, a), h.render(e, a);
    }
    g.geometry.dispose(), g.material.dispose(), h.toneMapping = d, h.autoClear = u, e.background = m;
  }
  _textureToCubeUV(e, t) {
    const n = this._renderer, i = e.mapping === Ri || e.mapping === Pi;
    i ? (this._cubemapMaterial === null && (this._cubemapMaterial = Fl()), this._cubemapMaterial.uniforms.flipEnvMap.value = e.isRenderTargetTexture === !1 ? -1 : 1) : this._equirectMaterial === null && (this._equirectMaterial = Ul());
    const s = i ? this._cubemapMaterial : this._equirectMaterial, o = new $e(this._lodPlanes[0], s), a = s.uniforms;
    a.envMap.value = e;
    const l = this._cubeSize;
    Xs(t, 0, 0, 3 * l, 2 * l), n.setRenderTarget(t), n.render(o, bo);
  }
  _applyPMREM(e) {
    const t = this._renderer, n = t.autoClear;
    t.autoClear = !1;
    for (let i = 1; i < this._lodPlanes.length; i++) {
      const s = Math.sqrt(this._sigmas[i] * this._sigmas[i] - this._sigmas[i - 1] * this._sigmas[i - 1]), o = zl[(i - 1) % zl.length];
      this._blur(e, i - 1, i, s, o);
    }
    t.autoClear = n;
  }
  /**
   * This is a two-pass Gaussian blur for a cubemap. Normally this is done
   * vertically and horizontally, but this breaks down on a cube. Here we apply
   * the blur latitudinally (around the poles), and then longitudinally (towards
   * the poles) to approximate the orthogonally-separable blur. It is least
   * accurate at the poles, but still does a decent job.
   */
  _blur(e, t, n, i, s) {
    const o = this._pingPongRenderTarget;
    this._halfBlur(
      e,
      o,
      t,
      n,
      i,
      "latitudinal",
      s
    ), this._halfBlur(
      o,
      e,
      n,
      n,
      i,
      "longitudinal",
      s
    );
  }
  _halfBlur(e, t, n, i, s, o, a) {
    const l = this._renderer, c = this._blurMaterial;
    o !== "latitudinal" && o !== "longitudinal" && console.error(
      "blur direction must be either latitudinal or longitudinal!"
    );
    const h = 3, u = new $e(this._lodPlanes[i], c), d = c.uniforms, f = this._sizeLods[n] - 1, g = isFinite(s) ? Math.PI / (2 * f) : 2 * Math.PI / (2 * kn - 1), p = s / g, m = isFinite(s) ? 1 + Math.floor(h * p) : kn;
    m > kn && console.warn(`sigmaRadians, ${s}, is too large and will clip, as it requested ${m} samples when the maximum is set to ${kn}`);
    const y = [];
    let _ = 0;
    for (let D = 0; D < kn; ++D) {
      const T = D / p, N = Math.exp(-T * T / 2);
      y.push(N), D === 0 ? _ += N : D < m && (_ += 2 * N);
    }
    for (let D = 0; D < y.length; D++)
      y[D] = y[D] / _;
    d.envMap.value = e.texture, d.samples.value = m, d.weights.value = y, d.latitudinal.value = o === "latitudinal", a && (d.poleAxis.value = a);
    const { _lodMax: S } = this;
    d.dTheta.value = g, d.mipInt.value = S - n;
    const w = this._sizeLods[i], x = 3 * w * (i > S - wi ? i - S + wi : 0), L = 4 * (this._cubeSize - w);
    Xs(t, x, L, 3 * w, 2 * w), l.setRenderTarget(t), l.render(u, bo);
  }
}
function Um(r) {
  const e = [], t = [], n = [];
  let i = r;
  const s = r - wi + 1 + Nl.length;
  for (let o = 0; o < s; o++) {
    const a = Math.pow(2, i);
    t.push(a);
    let l = 1 / a;
    o > r - wi ? l = Nl[o - r + wi - 1] : o === 0 && (l = 0), n.push(l);
    const c = 1 / (a - 1), h = -c / 2, u = 1 + c / 2, d = [h, h, u, h, u, u, h, h, u, u, h, u], f = 6, g = 6, p = 3, m = 2, y = 1, _ = new Float32Array(p * g * f), S = new Float32Array(m * g * f), w = new Float32Array(y * g * f);
    for (let L = 0; L < f; L++) {
      const D = L % 3 * 2 / 3 - 1, T = L > 2 ? 0 : -1, N = [
        D,
        T,
        0,
        D + 2 / 3,
        T,
        0,
        D + 2 / 3,
        T + 1,
        0,
        D,
        T,
        0,
        D + 2 / 3,
        T + 1,
        0,
        D,
        T + 1,
        0
      ];
      _.set(N, p * g * L), S.set(d, m * g * L);
      const P = [L, L, L, L, L, L];
      w.set(P, y * g * L);
    }
    const x = new Be();
    x.setAttribute("position", new Qe(_, p)), x.setAttribute("uv", new Qe(S, m)), x.setAttribute("faceIndex", new Qe(w, y)), e.push(x), i > wi && i--;
  }
  return { lodPlanes: e, sizeLods: t, sigmas: n };
}
function kl(r, e, t) {
  const n = new Lt(r, e, t);
  return n.texture.mapping = Rr, n.texture.name = "PMREM.cubeUv", n.scissorTest = !0, n;
}
function Xs(r, e, t, n, i) {
  r.viewport.set(e, t, n, i), r.scissor.set(e, t, n, i);
}
function Fm(r, e, t) {
  const n = new Float32Array(kn), i = new M(0, 1, 0);
  return new Rt({
    name: "SphericalGaussianBlur",
    defines: {
      n: kn,
      CUBEUV_TEXEL_WIDTH: 1 / e,
      CUBEUV_TEXEL_HEIGHT: 1 / t,
      CUBEUV_MAX_MIP: `${r}.0`
    },
    uniforms: {
      envMap: { value: null },
      samples: { value: 1 },
      weights: { value: n },
      latitudinal: { value: !1 },
      dTheta: { value: 0 },
      mipInt: { value: 0 },
      poleAxis: { value: i }
    },
    vertexShader: xa(),
    fragmentShader: (
      /* glsl */
      `

			precision mediump float;
			precision mediump int;

			varying vec3 vOutputDirection;

			uniform sampler2D envMap;
			uniform int samples;
			uniform float weights[ n ];
			uniform bool latitudinal;
			uniform float dTheta;
			uniform float mipInt;
			uniform vec3 poleAxis;

			#define ENVMAP_TYPE_CUBE_UV
			#include <cube_uv_reflection_fragment>

			vec3 getSample( float theta, vec3 axis ) {

				float cosTheta = cos( theta );
				// Rodrigues' axis-angle rotation
				vec3 sampleDirection = vOutputDirection * cosTheta
					+ cross( axis, vOutputDirection ) * sin( theta )
					+ axis * dot( axis, vOutputDirection ) * ( 1.0 - cosTheta );

				return bilinearCubeUV( envMap, sampleDirection, mipInt );

			}

			void main() {

				vec3 axis = latitudinal ? poleAxis : cross( poleAxis, vOutputDirection );

				if ( all( equal( axis, vec3( 0.0 ) ) ) ) {

					axis = vec3( vOutputDirection.z, 0.0, - vOutputDirection.x );

				}

				axis = normalize( axis );

				gl_FragColor = vec4( 0.0, 0.0, 0.0, 1.0 );
				gl_FragColor.rgb += weights[ 0 ] * getSample( 0.0, axis );

				for ( int i = 1; i < n; i++ ) {

					if ( i >= samples ) {

						break;

					}

					float theta = dTheta * float( i );
					gl_FragColor.rgb += weights[ i ] * getSample( -1.0 * theta, axis );
					gl_FragColor.rgb += weights[ i ] * getSample( theta, axis );

				}

			}
		`
    ),
    blending: Tn,
    depthTest: !1,
    depthWrite: !1
  });
}
function Ul() {
  return new Rt({
    name: "EquirectangularToCubeUV",
    uniforms: {
      envMap: { value: null }
    },
    vertexShader: xa(),
    fragmentShader: (
      /* glsl */
      `

			precision mediump float;
			precision mediump int;

			varying vec3 vOutputDirection;

			uniform sampler2D envMap;

			#include <common>

			void main() {

				vec3 outputDirection = normalize( vOutputDirection );
				vec2 uv = equirectUv( outputDirection );

				gl_FragColor = vec4( texture2D ( envMap, uv ).rgb, 1.0 );

			}
		`
    ),
    blending: Tn,
    depthTest: !1,
    depthWrite: !1
  });
}
function Fl() {
  return new Rt({
    name: "CubemapToCubeUV",
    uniforms: {
      envMap: { value: null },
      flipEnvMap: { value: -1 }
    },
    vertexShader: xa(),
    fragmentShader: (
      /* glsl */
      `

			precision mediump float;
			precision mediump int;

			uniform float flipEnvMap;

			varying vec3 vOutputDirection;

			uniform samplerCube envMap;

			void main() {

				gl_FragColor = textureCube( envMap, vec3( flipEnvMap * vOutputDirection.x, vOutputDirection.yz ) );

			}
		`
    ),
    blending: Tn,
    depthTest: !1,
    depthWrite: !1
  });
}
function xa() {
  return (
    /* glsl */
    `

		precision mediump float;
		precision mediump int;

		attribute float faceIndex;

		varying vec3 vOutputDirection;

		// RH coordinate system; PMREM face-indexing convention
		vec3 getDirection( vec2 uv, float face ) {

			uv = 2.0 * uv - 1.0;

			vec3 direction = vec3( uv, 1.0 );

			if ( face == 0.0 ) {

				direction = direction.zyx; // ( 1, v, u ) pos x

			} else if ( face == 1.0 ) {

				direction = direction.xzy;
				direction.xz *= -1.0; // ( -u, 1, -v ) pos y

			} else if ( face == 2.0 ) {

				direction.x *= -1.0; // ( -u, v, 1 ) pos z

			} else if ( face == 3.0 ) {

				direction = direction.zyx;
				direction.xz *= -1.0; // ( -1, v, -u ) neg x

			} else if ( face == 4.0 ) {

				direction = direction.xzy;
				direction.xy *= -1.0; // ( -u, -1, v ) neg y

			} else if ( face == 5.0 ) {

				direction.z *= -1.0; // ( u, v, -1 ) neg z

			}

			return direction;

		}

		void main() {

			vOutputDirection = getDirection( uv, faceIndex );
			gl_Position = vec4( position, 1.0 );

		}
	`
  );
}
function Hm(r) {
  let e = /* @__PURE__ */ new WeakMap(), t = null;
  function n(a) {
    if (a && a.isTexture) {
      const l = a.mapping, c = l === Yo || l === Zo, h = l === Ri || l === Pi;
      if (c || h)
        if (a.isRenderTargetTexture && a.needsPMREMUpdate === !0) {
          a.needsPMREMUpdate = !1;
          let u = e.get(a);
          return t === null && (t = new Bl(r)), u = c ? t.fromEquirectangular(a, u) : t.fromCubemap(a, u), e.set(a, u), u.texture;
        } else {
          if (e.has(a))
            return e.get(a).texture;
          {
            const u = a.image;
            if (c && u && u.height > 0 || h && u && i(u)) {
              t === null && (t = new Bl(r));
              const d = c ? t.fromEquirectangular(a) : t.fromCubemap(a);
              return e.set(a, d), a.addEventListener("dispose", s), d.texture;
            } else
              return null;
          }
        }
    }
    return a;
  }
  function i(a) {
    let l = 0;
    const c = 6;
    for (let h = 0; h < c; h++)
      a[h] !== void 0 && l++;
    return l === c;
  }
  function s(a) {
    const l = a.target;
    l.removeEventListener("dispose", s);
    const c = e.get(l);
    c !== void 0 && (e.delete(l), c.dispose());
  }
  function o() {
    e = /* @__PURE__ */ new WeakMap(), t !== null && (t.dispose(), t = null);
  }
  return {
    get: n,
    dispose: o
  };
}
function Vm(r) {
  const e = {};
  function t(n) {
    if (e[n] !== void 0)
      return e[n];
    let i;
    switch (n) {
      case "WEBGL_depth_texture":
        i = r.getExtension("WEBGL_depth_texture") || r.getExtension("MOZ_WEBGL_depth_texture") || r.getExtension("WEBKIT_WEBGL_depth_texture");
        break;
      case "EXT_texture_filter_anisotropic":
        i = r.getExtension("EXT_texture_filter_anisotropic") || r.getExtension("MOZ_EXT_texture_filter_anisotropic") || r.getExtension("WEBKIT_EXT_texture_filter_anisotropic");
        break;
      case "WEBGL_compressed_texture_s3tc":
        i = r.getExtension("WEBGL_compressed_texture_s3tc") || r.getExtension("MOZ_WEBGL_compressed_texture_s3tc") || r.getExtension("WEBKIT_WEBGL_compressed_texture_s3tc");
        break;
      case "WEBGL_compressed_texture_pvrtc":
        i = r.getExtension("WEBGL_compressed_texture_pvrtc") || r.getExtension("WEBKIT_WEBGL_compressed_texture_pvrtc");
        break;
      default:
        i = r.getExtension(n);
    }
    return e[n] = i, i;
  }
  return {
    has: function(n) {
      return t(n) !== null;
    },
    init: function(n) {
      n.isWebGL2 ? t("EXT_color_buffer_float") : (t("WEBGL_depth_texture"), t("OES_texture_float"), t("OES_texture_half_float"), t("OES_texture_half_float_linear"), t("OES_standard_derivatives"), t("OES_element_index_uint"), t("OES_vertex_array_object"), t("ANGLE_instanced_arrays")), t("OES_texture_float_linear"), t("EXT_color_buffer_half_float"), t("WEBGL_multisampled_render_to_texture");
    },
    get: function(n) {
      const i = t(n);
      return i === null && console.warn("THREE.WebGLRenderer: " + n + " extension not supported."), i;
    }
  };
}
function Gm(r, e, t, n) {
  const i = {}, s = /* @__PURE__ */ new WeakMap();
  function o(u) {
    const d = u.target;
    d.index !== null && e.remove(d.index);
    for (const g in d.attributes)
      e.remove(d.attributes[g]);
    d.removeEventListener("dispose", o), delete i[d.id];
    const f = s.get(d);
    f && (e.remove(f), s.delete(d)), n.releaseStatesOfGeometry(d), d.isInstancedBufferGeometry === !0 && delete d._maxInstanceCount, t.memory.geometries--;
  }
  function a(u, d) {
    return i[d.id] === !0 || (d.addEventListener("dispose", o), i[d.id] = !0, t.memory.geometries++), d;
  }
  function l(u) {
    const d = u.attributes;
    for (const g in d)
      e.update(d[g], 34962);
    const f = u.morphAttributes;
    for (const g in f) {
      const p = f[g];
      for (let m = 0, y = p.length; m < y; m++)
        e.update(p[m], 34962);
    }
  }
  function c(u) {
    const d = [], f = u.index, g = u.attributes.position;
    let p = 0;
    if (f !== null) {
      const _ = f.array;
      p = f.version;
      for (let S = 0, w = _.length; S < w; S += 3) {
        const x = _[S + 0], L = _[S + 1], D = _[S + 2];
        d.push(x, L, L, D, D, x);
      }
    } else {
      const _ = g.array;
      p = g.version;
      for (let S = 0, w = _.length / 3 - 1; S < w; S += 3) {
        const x = S + 0, L = S + 1, D = S + 2;
        d.push(x, L, L, D, D, x);
      }
    }
    const m = new (Ah(d) ? Ph : Rh)(d, 1);
    m.version = p;
    const y = s.get(u);
    y && e.remove(y), s.set(u, m);
  }
  function h(u) {
    const d = s.get(u);
    if (d) {
      const f = u.index;
      f !== null && d.version < f.version && c(u);
    } else
      c(u);
    return s.get(u);
  }
  return {
    get: a,
    update: l,
    getWireframeAttribute: h
  };
}
function Wm(r, e, t, n) {
  const i = n.isWebGL2;
  let s;
  function o(d) {
    s = d;
  }
  let a, l;
  function c(d) {
    a = d.type, l = d.bytesPerElement;
  }
  function h(d, f) {
    r.drawElements(s, f, a, d * l), t.update(f, s, 1);
  }
  function u(d, f, g) {
    if (g === 0) return;
    let p, m;
    if (i)
      p = r, m = "drawElementsInstanced";
    else if (p = e.get("ANGLE_instanced_arrays"), m = "drawElementsInstancedANGLE", p === null) {
      console.error("THREE.WebGLIndexedBufferRenderer: using THREE.InstancedBufferGeometry but hardware does not support extension ANGLE_instanced_arrays.");
      return;
    }
    p[m](s, f, a, d * l, g), t.update(f, s, g);
  }
  this.setMode = o, this.setIndex = c, this.render = h, this.renderInstances = u;
}
function jm(r) {
  const e = {
    geometries: 0,
    textures: 0
  }, t = {
    frame: 0,
    calls: 0,
    triangles: 0,
    points: 0,
    lines: 0
  };
  function n(s, o, a) {
    switch (t.calls++, o) {
      case 4:
        t.triangles += a * (s / 3);
        break;
      case 1:
        t.lines += a * (s / 2);
        break;
      case 3:
        t.lines += a * (s - 1);
        break;
      case 2:
        t.lines += a * s;
        break;
      case 0:
        t.points += a * s;
        break;
      default:
        console.error("THREE.WebGLInfo: Unknown draw mode:", o);
        break;
    }
  }
  function i() {
    t.frame++, t.calls = 0, t.triangles = 0, t.points = 0, t.lines = 0;
  }
  return {
    memory: e,
    render: t,
    programs: null,
    autoReset: !0,
    reset: i,
    update: n
  };
}
function qm(r, e) {
  return r[0] - e[0];
}
function Xm(r, e) {
  return Math.abs(e[1]) - Math.abs(r[1]);
}
function Mo(r, e) {
  let t = 1;
  const n = e.isInterleavedBufferAttribute ? e.data.array : e.array;
  n instanceof Int8Array ? t = 127 : n instanceof Int16Array ? t = 32767 : n instanceof Int32Array ? t = 2147483647 : console.error("THREE.WebGLMorphtargets: Unsupported morph attribute data type: ", n), r.divideScalar(t);
}
function Ym(r, e, t) {
  const n = {}, i = new Float32Array(8), s = /* @__PURE__ */ new WeakMap(), o = new Xe(), a = [];
  for (let c = 0; c < 8; c++)
    a[c] = [c, 0];
  function l(c, h, u, d) {
    const f = c.morphTargetInfluences;
    if (e.isWebGL2 === !0) {
      const g = h.morphAttributes.position || h.morphAttributes.normal || h.morphAttributes.color, p = g !== void 0 ? g.length : 0;
      let m = s.get(h);
      if (m === void 0 || m.count !== p) {
        let S = function() {
          z.dispose(), s.delete(h), h.removeEventListener("dispose", S);
        };
        m !== void 0 && m.texture.dispose();
        const w = h.morphAttributes.position !== void 0, x = h.morphAttributes.normal !== void 0, L = h.morphAttributes.color !== void 0, D = h.morphAttributes.position || [], T = h.morphAttributes.normal || [], N = h.morphAttributes.color || [];
        let P = 0;
        w === !0 && (P = 1), x === !0 && (P = 2), L === !0 && (P = 3);
        let b = h.attributes.position.count * P, R = 1;
        b > e.maxTextureSize && (R = Math.ceil(b / e.maxTextureSize), b = e.maxTextureSize);
        const $ = new Float32Array(b * R * 4 * p), z = new Ir($, b, R, p);
        z.type = Un, z.needsUpdate = !0;
        const X = P * 4;
        for (let G = 0; G < p; G++) {
          const q = D[G], O = T[G], ne = N[G], Q = b * R * 4 * G;
          for (let ue = 0; ue < q.count; ue++) {
            const le = ue * X;
            w === !0 && (o.fromBufferAttribute(q, ue), q.normalized === !0 && Mo(o, q), $[Q + le + 0] = o.x, $[Q + le + 1] = o.y, $[Q + le + 2] = o.z, $[Q + le + 3] = 0), x === !0 && (o.fromBufferAttribute(O, ue), O.normalized === !0 && Mo(o, O), $[Q + le + 4] = o.x, $[Q + le + 5] = o.y, $[Q + le + 6] = o.z, $[Q + le + 7] = 0), L === !0 && (o.fromBufferAttribute(ne, ue), ne.normalized === !0 && Mo(o, ne), $[Q + le + 8] = o.x, $[Q + le + 9] = o.y, $[Q + le + 10] = o.z, $[Q + le + 11] = ne.itemSize === 4 ? o.w : 1);
          }
        }
        m = {
          count: p,
          texture: z,
          size: new K(b, R)
        }, s.set(h, m), h.addEventListener("dispose", S);
      }
      let y = 0;
      for (let S = 0; S < f.length; S++)
        y += f[S];
      const _ = h.morphTargetsRelative ? 1 : 1 - y;
      d.getUniforms().setValue(r, "morphTargetBaseInfluence", _), d.getUniforms().setValue(r, "morphTargetInfluences", f), d.getUniforms().setValue(r, "morphTargetsTexture", m.texture, t), d.getUniforms().setValue(r, "morphTargetsTextureSize", m.size);
    } else {
      const g = f === void 0 ? 0 : f.length;
      let p = n[h.id];
      if (p === void 0 || p.length !== g) {
        p = [];
        for (let w = 0; w < g; w++)
          p[w] = [w, 0];
        n[h.id] = p;
      }
      for (let w = 0; w < g; w++) {
        const x = p[w];
        x[0] = w, x[1] = f[w];
      }
      p.sort(Xm);
      for (let w = 0; w < 8; w++)
        w < g && p[w][1] ? (a[w][0] = p[w][0], a[w][1] = p[w][1]) : (a[w][0] = Number.MAX_SAFE_INTEGER, a[w][1] = 0);
      a.sort(qm);
      const m = h.morphAttributes.position, y = h.morphAttributes.normal;
      let _ = 0;
      for (let w = 0; w < 8; w++) {
        const x = a[w], L = x[0], D = x[1];
        L !== Number.MAX_SAFE_INTEGER && D ? (m && h.getAttribute("morphTarget" + w) !== m[L] && h.setAttribute("morphTarget" + w, m[L]), y && h.getAttribute("morphNormal" + w) !== y[L] && h.setAttribute("morphNormal" + w, y[L]), i[w] = D, _ += D) : (m && h.hasAttribute("morphTarget" + w) === !0 && h.deleteAttribute("morphTarget" + w), y && h.hasAttribute("morphNormal" + w) === !0 && h.deleteAttribute("morphNormal" + w), i[w] = 0);
      }
      const S = h.morphTargetsRelative ? 1 : 1 - _;
      d.getUniforms().setValue(r, "morphTargetBaseInfluence", S), d.getUniforms().setValue(r, "morphTargetInfluences", i);
    }
  }
  return {
    update: l
  };
}
function Zm(r, e, t, n) {
  let i = /* @__PURE__ */ new WeakMap();
  function s(l) {
    const c = n.render.frame, h = l.geometry, u = e.get(l, h);
    return i.get(u) !== c && (e.update(u), i.set(u, c)), l.isInstancedMesh && (l.hasEventListener("dispose", a) === !1 && l.addEventListener("dispose", a), t.update(l.instanceMatrix, 34962), l.instanceColor !== null && t.update(l.instanceColor, 34962)), u;
  }
  function o() {
    i = /* @__PURE__ */ new WeakMap();
  }
  function a(l) {
    const c = l.target;
    c.removeEventListener("dispose", a), t.remove(c.instanceMatrix), c.instanceColor !== null && t.remove(c.instanceColor);
  }
  return {
    update: s,
    dispose: o
  };
}
const Oh = new gt(), zh = new Ir(), Bh = new ma(), kh = new Dr(), Hl = [], Vl = [], Gl = new Float32Array(16), Wl = new Float32Array(9), jl = new Float32Array(4);
function Fi(r, e, t) {
  const n = r[0];
  if (n <= 0 || n > 0) return r;
  const i = e * t;
  let s = Hl[i];
  if (s === void 0 && (s = new Float32Array(i), Hl[i] = s), e !== 0) {
    n.toArray(s, 0);
    for (let o = 1, a = 0; o !== e; ++o)
      a += t, r[o].toArray(s, a);
  }
  return s;
}
function Mt(r, e) {
  if (r.length !== e.length) return !1;
  for (let t = 0, n = r.length; t < n; t++)
    if (r[t] !== e[t]) return !1;
  return !0;
}
function bt(r, e) {
  for (let t = 0, n = e.length; t < n; t++)
    r[t] = e[t];
}
function Nr(r, e) {
  let t = Vl[e];
  t === void 0 && (t = new Int32Array(e), Vl[e] = t);
  for (let n = 0; n !== e; ++n)
    t[n] = r.allocateTextureUnit();
  return t;
}
function $m(r, e) {
  const t = this.cache;
  t[0] !== e && (r.uniform1f(this.addr, e), t[0] = e);
}
function Jm(r, e) {
  const t = this.cache;
  if (e.x !== void 0)
    (t[0] !== e.x || t[1] !== e.y) && (r.uniform2f(this.addr, e.x, e.y), t[0] = e.x, t[1] = e.y);
  else {
    if (Mt(t, e)) return;
    r.uniform2fv(this.addr, e), bt(t, e);
  }
}
function Km(r, e) {
  const t = this.cache;
  if (e.x !== void 0)
    (t[0] !== e.x || t[1] !== e.y || t[2] !== e.z) && (r.uniform3f(this.addr, e.x, e.y, e.z), t[0] = e.x, t[1] = e.y, t[2] = e.z);
  else if (e.r !== void 0)
    (t[0] !== e.r || t[1] !== e.g || t[2] !== e.b) && (r.uniform3f(this.addr, e.r, e.g, e.b), t[0] = e.r, t[1] = e.g, t[2] = e.b);
  else {
    if (Mt(t, e)) return;
    r.uniform3fv(this.addr, e), bt(t, e);
  }
}
function Qm(r, e) {
  const t = this.cache;
  if (e.x !== void 0)
    (t[0] !== e.x || t[1] !== e.y || t[2] !== e.z || t[3] !== e.w) && (r.uniform4f(this.addr, e.x, e.y, e.z, e.w), t[0] = e.x, t[1] = e.y, t[2] = e.z, t[3] = e.w);
  else {
    if (Mt(t, e)) return;
    r.uniform4fv(this.addr, e), bt(t, e);
  }
}
function eg(r, e) {
  const t = this.cache, n = e.elements;
  if (n === void 0) {
    if (Mt(t, e)) return;
    r.uniformMatrix2fv(this.addr, !1, e), bt(t, e);
  } else {
    if (Mt(t, n)) return;
    jl.set(n), r.uniformMatrix2fv(this.addr, !1, jl), bt(t, n);
  }
}
function tg(r, e) {
  const t = this.cache, n = e.elements;
  if (n === void 0) {
    if (Mt(t, e)) return;
    r.uniformMatrix3fv(this.addr, !1, e), bt(t, e);
  } else {
    if (Mt(t, n)) return;
    Wl.set(n), r.uniformMatrix3fv(this.addr, !1, Wl), bt(t, n);
  }
}
function ng(r, e) {
  const t = this.cache, n = e.elements;
  if (n === void 0) {
    if (Mt(t, e)) return;
    r.uniformMatrix4fv(this.addr, !1, e), bt(t, e);
  } else {
    if (Mt(t, n)) return;
    Gl.set(n), r.uniformMatrix4fv(this.addr, !1, Gl), bt(t, n);
  }
}
function ig(r, e) {
  const t = this.cache;
  t[0] !== e && (r.uniform1i(this.addr, e), t[0] = e);
}
function sg(r, e) {
  const t = this.cache;
  Mt(t, e) || (r.uniform2iv(this.addr, e), bt(t, e));
}
function rg(r, e) {
  const t = this.cache;
  Mt(t, e) || (r.uniform3iv(this.addr, e), bt(t, e));
}
function og(r, e) {
  const t = this.cache;
  Mt(t, e) || (r.uniform4iv(this.addr, e), bt(t, e));
}
function ag(r, e) {
  const t = this.cache;
  t[0] !== e && (r.uniform1ui(this.addr, e), t[0] = e);
}
function lg(r, e) {
  const t = this.cache;
  Mt(t, e) || (r.uniform2uiv(this.addr, e), bt(t, e));
}
function cg(r, e) {
  const t = this.cache;
  Mt(t, e) || (r.uniform3uiv(this.addr, e), bt(t, e));
}
function hg(r, e) {
  const t = this.cache;
  Mt(t, e) || (r.uniform4uiv(this.addr, e), bt(t, e));
}
function ug(r, e, t) {
  const n = this.cache, i = t.allocateTextureUnit();
  n[0] !== i && (r.uniform1i(this.addr, i), n[0] = i), t.setTexture2D(e || Oh, i);
}
function dg(r, e, t) {
  const n = this.cache, i = t.allocateTextureUnit();
  n[0] !== i && (r.uniform1i(this.addr, i), n[0] = i), t.setTexture3D(e || Bh, i);
}
function fg(r, e, t) {
  const n = this.cache, i = t.allocateTextureUnit();
  n[0] !== i && (r.uniform1i(this.addr, i), n[0] = i), t.setTextureCube(e || kh, i);
}
function pg(r, e, t) {
  const n = this.cache, i = t.allocateTextureUnit();
  n[0] !== i && (r.uniform1i(this.addr, i), n[0] = i), t.setTexture2DArray(e || zh, i);
}
function mg(r) {
  switch (r) {
    case 5126:
      return $m;
    // FLOAT
    case 35664:
      return Jm;
    // _VEC2
    case 35665:
      return Km;
    // _VEC3
    case 35666:
      return Qm;
    // _VEC4
    case 35674:
      return eg;
    // _MAT2
    case 35675:
      return tg;
    // _MAT3
    case 35676:
      return ng;
    // _MAT4
    case 5124:
    case 35670:
      return ig;
    // INT, BOOL
    case 35667:
    case 35671:
      return sg;
    // _VEC2
    case 35668:
    case 35672:
      return rg;
    // _VEC3
    case 35669:
    case 35673:
      return og;
    // _VEC4
    case 5125:
      return ag;
    // UINT
    case 36294:
      return lg;
    // _VEC2
    case 36295:
      return cg;
    // _VEC3
    case 36296:
      return hg;
    // _VEC4
    case 35678:
    // SAMPLER_2D
    case 36198:
    // SAMPLER_EXTERNAL_OES
    case 36298:
    // INT_SAMPLER_2D
    case 36306:
    // UNSIGNED_INT_SAMPLER_2D
    case 35682:
      return ug;
    case 35679:
    // SAMPLER_3D
    case 36299:
    // INT_SAMPLER_3D
    case 36307:
      return dg;
    case 35680:
    // SAMPLER_CUBE
    case 36300:
    // INT_SAMPLER_CUBE
    case 36308:
    // UNSIGNED_INT_SAMPLER_CUBE
    case 36293:
      return fg;
    case 36289:
    // SAMPLER_2D_ARRAY
    case 36303:
    // INT_SAMPLER_2D_ARRAY
    case 36311:
    // UNSIGNED_INT_SAMPLER_2D_ARRAY
    case 36292:
      return pg;
  }
}
function gg(r, e) {
  r.uniform1fv(this.addr, e);
}
function yg(r, e) {
  const t = Fi(e, this.size, 2);
  r.uniform2fv(this.addr, t);
}
function vg(r, e) {
  const t = Fi(e, this.size, 3);
  r.uniform3fv(this.addr, t);
}
function xg(r, e) {
  const t = Fi(e, this.size, 4);
  r.uniform4fv(this.addr, t);
}
function _g(r, e) {
  const t = Fi(e, this.size, 4);
  r.uniformMatrix2fv(this.addr, !1, t);
}
function bg(r, e) {
  const t = Fi(e, this.size, 9);
  r.uniformMatrix3fv(this.addr, !1, t);
}
function wg(r, e) {
  const t = Fi(e, this.size, 16);
  r.uniformMatrix4fv(this.addr, !1, t);
}
function Mg(r, e) {
  r.uniform1iv(this.addr, e);
}
function Sg(r, e) {
  r.uniform2iv(this.addr, e);
}
function Eg(r, e) {
  r.uniform3iv(this.addr, e);
}
function Tg(r, e) {
  r.uniform4iv(this.addr, e);
}
function Ag(r, e) {
  r.uniform1uiv(this.addr, e);
}
function Cg(r, e) {
  r.uniform2uiv(this.addr, e);
}
function Lg(r, e) {
  r.uniform3uiv(this.addr, e);
}
function Rg(r, e) {
  r.uniform4uiv(this.addr, e);
}
function Pg(r, e, t) {
  const n = e.length, i = Nr(t, n);
  r.uniform1iv(this.addr, i);
  for (let s = 0; s !== n; ++s)
    t.setTexture2D(e[s] || Oh, i[s]);
}
function Ig(r, e, t) {
  const n = e.length, i = Nr(t, n);
  r.uniform1iv(this.addr, i);
  for (let s = 0; s !== n; ++s)
    t.setTexture3D(e[s] || Bh, i[s]);
}
function Dg(r, e, t) {
  const n = e.length, i = Nr(t, n);
  r.uniform1iv(this.addr, i);
  for (let s = 0; s !== n; ++s)
    t.setTextureCube(e[s] || kh, i[s]);
}
function Ng(r, e, t) {
  const n = e.length, i = Nr(t, n);
  r.uniform1iv(this.addr, i);
  for (let s = 0; s !== n; ++s)
    t.setTexture2DArray(e[s] || zh, i[s]);
}
function Og(r) {
  switch (r) {
    case 5126:
      return gg;
    // FLOAT
    case 35664:
      return yg;
    // _VEC2
    case 35665:
      return vg;
    // _VEC3
    case 35666:
      return xg;
    // _VEC4
    case 35674:
      return _g;
    // _MAT2
    case 35675:
      return bg;
    // _MAT3
    case 35676:
      return wg;
    // _MAT4
    case 5124:
    case 35670:
      return Mg;
    // INT, BOOL
    case 35667:
    case 35671:
      return Sg;
    // _VEC2
    case 35668:
    case 35672:
      return Eg;
    // _VEC3
    case 35669:
    case 35673:
      return Tg;
    // _VEC4
    case 5125:
      return Ag;
    // UINT
    case 36294:
      return Cg;
    // _VEC2
    case 36295:
      return Lg;
    // _VEC3
    case 36296:
      return Rg;
    // _VEC4
    case 35678:
    // SAMPLER_2D
    case 36198:
    // SAMPLER_EXTERNAL_OES
    case 36298:
    // INT_SAMPLER_2D
    case 36306:
    // UNSIGNED_INT_SAMPLER_2D
    case 35682:
      return Pg;
    case 35679:
    // SAMPLER_3D
    case 36299:
    // INT_SAMPLER_3D
    case 36307:
      return Ig;
    case 35680:
    // SAMPLER_CUBE
    case 36300:
    // INT_SAMPLER_CUBE
    case 36308:
    // UNSIGNED_INT_SAMPLER_CUBE
    case 36293:
      return Dg;
    case 36289:
    // SAMPLER_2D_ARRAY
    case 36303:
    // INT_SAMPLER_2D_ARRAY
    case 36311:
    // UNSIGNED_INT_SAMPLER_2D_ARRAY
    case 36292:
      return Ng;
  }
}
function zg(r, e, t) {
  this.id = r, this.addr = t, this.cache = [], this.setValue = mg(e.type);
}
function Uh(r, e, t) {
  this.id = r, this.addr = t, this.cache = [], this.size = e.size, this.setValue = Og(e.type);
}
Uh.prototype.updateCache = function(r) {
  const e = this.cache;
  r instanceof Float32Array && e.length !== r.length && (this.cache = new Float32Array(r.length)), bt(e, r);
};
function Fh(r) {
  this.id = r, this.seq = [], this.map = {};
}
Fh.prototype.setValue = function(r, e, t) {
  const n = this.seq;
  for (let i = 0, s = n.length; i !== s; ++i) {
    const o = n[i];
    o.setValue(r, e[o.id], t);
  }
};
const So = /(\w+)(\])?(\[|\.)?/g;
function ql(r, e) {
  r.seq.push(e), r.map[e.id] = e;
}
function Bg(r, e, t) {
  const n = r.name, i = n.length;
  for (So.lastIndex = 0; ; ) {
    const s = So.exec(n), o = So.lastIndex;
    let a = s[1];
    const l = s[2] === "]", c = s[3];
    if (l && (a = a | 0), c === void 0 || c === "[" && o + 2 === i) {
      ql(t, c === void 0 ? new zg(a, r, e) : new Uh(a, r, e));
      break;
    } else {
      let u = t.map[a];
      u === void 0 && (u = new Fh(a), ql(t, u)), t = u;
    }
  }
}
function An(r, e) {
  this.seq = [], this.map = {};
  const t = r.getProgramParameter(e, 35718);
  for (let n = 0; n < t; ++n) {
    const i = r.getActiveUniform(e, n), s = r.getUniformLocation(e, i.name);
    Bg(i, s, this);
  }
}
An.prototype.setValue = function(r, e, t, n) {
  const i = this.map[e];
  i !== void 0 && i.setValue(r, t, n);
};
An.prototype.setOptional = function(r, e, t) {
  const n = e[t];
  n !== void 0 && this.setValue(r, t, n);
};
An.upload = function(r, e, t, n) {
  for (let i = 0, s = e.length; i !== s; ++i) {
    const o = e[i], a = t[o.id];
    a.needsUpdate !== !1 && o.setValue(r, a.value, n);
  }
};
An.seqWithValue = function(r, e) {
  const t = [];
  for (let n = 0, i = r.length; n !== i; ++n) {
    const s = r[n];
    s.id in e && t.push(s);
  }
  return t;
};
function Xl(r, e, t) {
  const n = r.createShader(e);
  return r.shaderSource(n, t), r.compileShader(n), n;
}
let kg = 0;
function Ug(r, e) {
  const t = r.split(`
`), n = [], i = Math.max(e - 6, 0), s = Math.min(e + 6, t.length);
  for (let o = i; o < s; o++)
    n.push(o + 1 + ": " + t[o]);
  return n.join(`
`);
}
function Fg(r) {
  switch (r) {
    case fn:
      return ["Linear", "( value )"];
    case et:
      return ["sRGB", "( value )"];
    default:
      return console.warn("THREE.WebGLProgram: Unsupported encoding:", r), ["Linear", "( value )"];
  }
}
function Yl(r, e, t) {
  const n = r.getShaderParameter(e, 35713), i = r.getShaderInfoLog(e).trim();
  if (n && i === "") return "";
  const s = parseInt(/ERROR: 0:(\d+)/.exec(i)[1]);
  return t.toUpperCase() + `

` + i + `

` + Ug(r.getShaderSource(e), s);
}
function Hg(r, e) {
  const t = Fg(e);
  return "vec4 " + r + "( vec4 value ) { return LinearTo" + t[0] + t[1] + "; }";
}
function Vg(r, e) {
  let t;
  switch (e) {
    case cd:
      t = "Linear";
      break;
    case hd:
      t = "Reinhard";
      break;
    case ud:
      t = "OptimizedCineon";
      break;
    case dd:
      t = "ACESFilmic";
      break;
    case fd:
      t = "Custom";
      break;
    default:
      console.warn("THREE.WebGLProgram: Unsupported toneMapping:", e), t = "Linear";
  }
  return "vec3 " + r + "( vec3 color ) { return " + t + "ToneMapping( color ); }";
}
function Gg(r) {
  return [
    r.extensionDerivatives || r.envMapCubeUVHeight || r.bumpMap || r.tangentSpaceNormalMap || r.clearcoatNormalMap || r.flatShading || r.shaderID === "physical" ? "#extension GL_OES_standard_derivatives : enable" : "",
    (r.extensionFragDepth || r.logarithmicDepthBuffer) && r.rendererExtensionFragDepth ? "#extension GL_EXT_frag_depth : enable" : "",
    r.extensionDrawBuffers && r.rendererExtensionDrawBuffers ? "#extension GL_EXT_draw_buffers : require" : "",
    (r.extensionShaderTextureLOD || r.envMap || r.transmission) && r.rendererExtensionShaderTextureLod ? "#extension GL_EXT_shader_texture_lod : enable" : ""
  ].filter(ns).join(`
`);
}
function Wg(r) {
  const e = [];
  for (const t in r) {
    const n = r[t];
    n !== !1 && e.push("#define " + t + " " + n);
  }
  return e.join(`
`);
}
function jg(r, e) {
  const t = {}, n = r.getProgramParameter(e, 35721);
  for (let i = 0; i < n; i++) {
    const s = r.getActiveAttrib(e, i), o = s.name;
    let a = 1;
    s.type === 35674 && (a = 2), s.type === 35675 && (a = 3), s.type === 35676 && (a = 4), t[o] = {
      type: s.type,
      location: r.getAttribLocation(e, o),
      locationSize: a
    };
  }
  return t;
}
function ns(r) {
  return r !== "";
}
function Zl(r, e) {
  return r.replace(/NUM_DIR_LIGHTS/g, e.numDirLights).replace(/NUM_SPOT_LIGHTS/g, e.numSpotLights).replace(/NUM_RECT_AREA_LIGHTS/g, e.numRectAreaLights).replace(/NUM_POINT_LIGHTS/g, e.numPointLights).replace(/NUM_HEMI_LIGHTS/g, e.numHemiLights).replace(/NUM_DIR_LIGHT_SHADOWS/g, e.numDirLightShadows).replace(/NUM_SPOT_LIGHT_SHADOWS/g, e.numSpotLightShadows).replace(/NUM_POINT_LIGHT_SHADOWS/g, e.numPointLightShadows);
}
function $l(r, e) {
  return r.replace(/NUM_CLIPPING_PLANES/g, e.numClippingPlanes).replace(/UNION_CLIPPING_PLANES/g, e.numClippingPlanes - e.numClipIntersection);
}
const qg = /^[ \t]*#include +<([\w\d./]+)>/gm;
function ta(r) {
  return r.replace(qg, Xg);
}
function Xg(r, e) {
  const t = He[e];
  if (t === void 0)
    throw new Error("Can not resolve #include <" + e + ">");
  return ta(t);
}
const Yg = /#pragma unroll_loop[\s]+?for \( int i \= (\d+)\; i < (\d+)\; i \+\+ \) \{([\s\S]+?)(?=\})\}/g, Zg = /#pragma unroll_loop_start\s+for\s*\(\s*int\s+i\s*=\s*(\d+)\s*;\s*i\s*<\s*(\d+)\s*;\s*i\s*\+\+\s*\)\s*{([\s\S]+?)}\s+#pragma unroll_loop_end/g;
function Jl(r) {
  return r.replace(Zg, Hh).replace(Yg, $g);
}
function $g(r, e, t, n) {
  return console.warn("WebGLProgram: #pragma unroll_loop shader syntax is deprecated. Please use #pragma unroll_loop_start syntax instead."), Hh(r, e, t, n);
}
function Hh(r, e, t, n) {
  let i = "";
  for (let s = parseInt(e); s < parseInt(t); s++)
    i += n.replace(/\[\s*i\s*\]/g, "[ " + s + " ]").replace(/UNROLLED_LOOP_INDEX/g, s);
  return i;
}
function Kl(r) {
  let e = "precision " + r.precision + ` float;
precision ` + r.precision + " int;";
  return r.precision === "highp" ? e += `
#define HIGH_PRECISION` : r.precision === "mediump" ? e += `
#define MEDIUM_PRECISION` : r.precision === "lowp" && (e += `
#define LOW_PRECISION`), e;
}
function Jg(r) {
  let e = "SHADOWMAP_TYPE_BASIC";
  return r.shadowMapType === bh ? e = "SHADOWMAP_TYPE_PCF" : r.shadowMapType === Hu ? e = "SHADOWMAP_TYPE_PCF_SOFT" : r.shadowMapType === ts && (e = "SHADOWMAP_TYPE_VSM"), e;
}
function Kg(r) {
  let e = "ENVMAP_TYPE_CUBE";
  if (r.envMap)
    switch (r.envMapMode) {
      case Ri:
      case Pi:
        e = "ENVMAP_TYPE_CUBE";
        break;
      case Rr:
        e = "ENVMAP_TYPE_CUBE_UV";
        break;
    }
  return e;
}
function Qg(r) {
  let e = "ENVMAP_MODE_REFLECTION";
  if (r.envMap)
    switch (r.envMapMode) {
      case Pi:
        e = "ENVMAP_MODE_REFRACTION";
        break;
    }
  return e;
}
function e0(r) {
  let e = "ENVMAP_BLENDING_NONE";
  if (r.envMap)
    switch (r.combine) {
      case Lr:
        e = "ENVMAP_BLENDING_MULTIPLY";
        break;
      case ad:
        e = "ENVMAP_BLENDING_MIX";
        break;
      case ld:
        e = "ENVMAP_BLENDING_ADD";
        break;
    }
  return e;
}
function t0(r) {
  const e = r.envMapCubeUVHeight;
  if (e === null) return null;
  const t = Math.log2(e / 32 + 1) + 3, n = 1 / e;
  return { texelWidth: 1 / (3 * Math.max(Math.pow(2, t), 112)), texelHeight: n, maxMip: t };
}
function n0(r, e, t, n) {
  const i = r.getContext(), s = t.defines;
  let o = t.vertexShader, a = t.fragmentShader;
  const l = Jg(t), c = Kg(t), h = Qg(t), u = e0(t), d = t0(t), f = t.isWebGL2 ? "" : Gg(t), g = Wg(s), p = i.createProgram();
  let m, y, _ = t.glslVersion ? "#version " + t.glslVersion + `
` : "";
  t.isRawShaderMaterial ? (m = [
    g
  ].filter(ns).join(`
`), m.length > 0 && (m += `
`), y = [
    f,
    g
  ].filter(ns).join(`
`), y.length > 0 && (y += `
`)) : (m = [
    Kl(t),
    "#define SHADER_NAME " + t.shaderName,
    g,
    t.instancing ? "#define USE_INSTANCING" : "",
    t.instancingColor ? "#define USE_INSTANCING_COLOR" : "",
    t.supportsVertexTextures ? "#define VERTEX_TEXTURES" : "",
    "#define MAX_BONES " + t.maxBones,
    t.useFog && t.fog ? "#define USE_FOG" : "",
    t.useFog && t.fogExp2 ? "#define FOG_EXP2" : "",
    t.map ? "#define USE_MAP" : "",
    t.envMap ? "#define USE_ENVMAP" : "",
    t.envMap ? "#define " + h : "",
    t.lightMap ? "#define USE_LIGHTMAP" : "",
    t.aoMap ? "#define USE_AOMAP" : "",
    t.emissiveMap ? "#define USE_EMISSIVEMAP" : "",
    t.bumpMap ? "#define USE_BUMPMAP" : "",
    t.normalMap ? "#define USE_NORMALMAP" : "",
    t.normalMap && t.objectSpaceNormalMap ? "#define OBJECTSPACE_NORMALMAP" : "",
    t.normalMap && t.tangentSpaceNormalMap ? "#define TANGENTSPACE_NORMALMAP" : "",
    t.clearcoatMap ? "#define USE_CLEARCOATMAP" : "",
    t.clearcoatRoughnessMap ? "#define USE_CLEARCOAT_ROUGHNESSMAP" : "",
    t.clearcoatNormalMap ? "#define USE_CLEARCOAT_NORMALMAP" : "",
    t.displacementMap && t.supportsVertexTextures ? "#define USE_DISPLACEMENTMAP" : "",
    t.specularMap ? "#define USE_SPECULARMAP" : "",
    t.specularIntensityMap ? "#define USE_SPECULARINTENSITYMAP" : "",
    t.specularColorMap ? "#define USE_SPECULARCOLORMAP" : "",
    t.roughnessMap ? "#define USE_ROUGHNESSMAP" : "",
    t.metalnessMap ? "#define USE_METALNESSMAP" : "",
    t.alphaMap ? "#define USE_ALPHAMAP" : "",
    t.transmission ? "#define USE_TRANSMISSION" : "",
    t.transmissionMap ? "#define USE_TRANSMISSIONMAP" : "",
    t.thicknessMap ? "#define USE_THICKNESSMAP" : "",
    t.sheenColorMap ? "#define USE_SHEENCOLORMAP" : "",
    t.sheenRoughnessMap ? "#define USE_SHEENROUGHNESSMAP" : "",
    t.vertexTangents ? "#define USE_TANGENT" : "",
    t.vertexColors ? "#define USE_COLOR" : "",
    t.vertexAlphas ? "#define USE_COLOR_ALPHA" : "",
    t.vertexUvs ? "#define USE_UV" : "",
    t.uvsVertexOnly ? "#define UVS_VERTEX_ONLY" : "",
    t.flatShading ? "#define FLAT_SHADED" : "",
    t.skinning ? "#define USE_SKINNING" : "",
    t.useVertexTexture ? "#define BONE_TEXTURE" : "",
    t.morphTargets ? "#define USE_MORPHTARGETS" : "",
    t.morphNormals && t.flatShading === !1 ? "#define USE_MORPHNORMALS" : "",
    t.morphColors && t.isWebGL2 ? "#define USE_MORPHCOLORS" : "",
    t.morphTargetsCount > 0 && t.isWebGL2 ? "#define MORPHTARGETS_TEXTURE" : "",
    t.morphTargetsCount > 0 && t.isWebGL2 ? "#define MORPHTARGETS_TEXTURE_STRIDE " + t.morphTextureStride : "",
    t.morphTargetsCount > 0 && t.isWebGL2 ? "#define MORPHTARGETS_COUNT " + t.morphTargetsCount : "",
    t.doubleSided ? "#define DOUBLE_SIDED" : "",
    t.flipSided ? "#define FLIP_SIDED" : "",
    t.shadowMapEnabled ? "#define USE_SHADOWMAP" : "",
    t.shadowMapEnabled ? "#define " + l : "",
    t.sizeAttenuation ? "#define USE_SIZEATTENUATION" : "",
    t.logarithmicDepthBuffer ? "#define USE_LOGDEPTHBUF" : "",
    t.logarithmicDepthBuffer && t.rendererExtensionFragDepth ? "#define USE_LOGDEPTHBUF_EXT" : "",
    "uniform mat4 modelMatrix;",
    "uniform mat4 modelViewMatrix;",
    "uniform mat4 projectionMatrix;",
    "uniform mat4 viewMatrix;",
    "uniform mat3 normalMatrix;",
    "uniform vec3 cameraPosition;",
    "uniform bool isOrthographic;",
    "#ifdef USE_INSTANCING",
    "	attribute mat4 instanceMatrix;",
    "#endif",
    "#ifdef USE_INSTANCING_COLOR",
    "	attribute vec3 instanceColor;",
    "#endif",
    "attribute vec3 position;",
    "attribute vec3 normal;",
    "attribute vec2 uv;",
    "#ifdef USE_TANGENT",
    "	attribute vec4 tangent;",
    "#endif",
    "#if defined( USE_COLOR_ALPHA )",
    "	attribute vec4 color;",
    "#elif defined( USE_COLOR )",
    "	attribute vec3 color;",
    "#endif",
    "#if ( defined( USE_MORPHTARGETS ) && ! defined( MORPHTARGETS_TEXTURE ) )",
    "	attribute vec3 morphTarget0;",
    "	attribute vec3 morphTarget1;",
    "	attribute vec3 morphTarget2;",
    "	attribute vec3 morphTarget3;",
    "	#ifdef USE_MORPHNORMALS",
    "		attribute vec3 morphNormal0;",
    "		attribute vec3 morphNormal1;",
    "		attribute vec3 morphNormal2;",
    "		attribute vec3 morphNormal3;",
    "	#else",
    "		attribute vec3 morphTarget4;",
    "		attribute vec3 morphTarget5;",
    "		attribute vec3 morphTarget6;",
    "		attribute vec3 morphTarget7;",
    "	#endif",
    "#endif",
    "#ifdef USE_SKINNING",
    "	attribute vec4 skinIndex;",
    "	attribute vec4 skinWeight;",
    "#endif",
    `
`
  ].filter(ns).join(`
`), y = [
    f,
    Kl(t),
    "#define SHADER_NAME " + t.shaderName,
    g,
    t.useFog && t.fog ? "#define USE_FOG" : "",
    t.useFog && t.fogExp2 ? "#define FOG_EXP2" : "",
    t.map ? "#define USE_MAP" : "",
    t.matcap ? "#define USE_MATCAP" : "",
    t.envMap ? "#define USE_ENVMAP" : "",
    t.envMap ? "#define " + c : "",
    t.envMap ? "#define " + h : "",
    t.envMap ? "#define " + u : "",
    d ? "#define CUBEUV_TEXEL_WIDTH " + d.texelWidth : "",
    d ? "#define CUBEUV_TEXEL_HEIGHT " + d.texelHeight : "",
    d ? "#define CUBEUV_MAX_MIP " + d.maxMip + ".0" : "",
    t.lightMap ? "#define USE_LIGHTMAP" : "",
    t.aoMap ? "#define USE_AOMAP" : "",
    t.emissiveMap ? "#define USE_EMISSIVEMAP" : "",
    t.bumpMap ? "#define USE_BUMPMAP" : "",
    t.normalMap ? "#define USE_NORMALMAP" : "",
    t.normalMap && t.objectSpaceNormalMap ? "#define OBJECTSPACE_NORMALMAP" : "",
    t.normalMap && t.tangentSpaceNormalMap ? "#define TANGENTSPACE_NORMALMAP" : "",
    t.clearcoat ? "#define USE_CLEARCOAT" : "",
    t.clearcoatMap ? "#define USE_CLEARCOATMAP" : "",
    t.clearcoatRoughnessMap ? "#define USE_CLEARCOAT_ROUGHNESSMAP" : "",
    t.clearcoatNormalMap ? "#define USE_CLEARCOAT_NORMALMAP" : "",
    t.specularMap ? "#define USE_SPECULARMAP" : "",
    t.specularIntensityMap ? "#define USE_SPECULARINTENSITYMAP" : "",
    t.specularColorMap ? "#define USE_SPECULARCOLORMAP" : "",
    t.roughnessMap ? "#define USE_ROUGHNESSMAP" : "",
    t.metalnessMap ? "#define USE_METALNESSMAP" : "",
    t.alphaMap ? "#define USE_ALPHAMAP" : "",
    t.alphaTest ? "#define USE_ALPHATEST" : "",
    t.sheen ? "#define USE_SHEEN" : "",
    t.sheenColorMap ? "#define USE_SHEENCOLORMAP" : "",
    t.sheenRoughnessMap ? "#define USE_SHEENROUGHNESSMAP" : "",
    t.transmission ? "#define USE_TRANSMISSION" : "",
    t.transmissionMap ? "#define USE_TRANSMISSIONMAP" : "",
    t.thicknessMap ? "#define USE_THICKNESSMAP" : "",
    t.decodeVideoTexture ? "#define DECODE_VIDEO_TEXTURE" : "",
    t.vertexTangents ? "#define USE_TANGENT" : "",
    t.vertexColors || t.instancingColor ? "#define USE_COLOR" : "",
    t.vertexAlphas ? "#define USE_COLOR_ALPHA" : "",
    t.vertexUvs ? "#define USE_UV" : "",
    t.uvsVertexOnly ? "#define UVS_VERTEX_ONLY" : "",
    t.gradientMap ? "#define USE_GRADIENTMAP" : "",
    t.flatShading ? "#define FLAT_SHADED" : "",
    t.doubleSided ? "#define DOUBLE_SIDED" : "",
    t.flipSided ? "#define FLIP_SIDED" : "",
    t.shadowMapEnabled ? "#define USE_SHADOWMAP" : "",
    t.shadowMapEnabled ? "#define " + l : "",
    t.premultipliedAlpha ? "#define PREMULTIPLIED_ALPHA" : "",
    t.physicallyCorrectLights ? "#define PHYSICALLY_CORRECT_LIGHTS" : "",
    t.logarithmicDepthBuffer ? "#define USE_LOGDEPTHBUF" : "",
    t.logarithmicDepthBuffer && t.rendererExtensionFragDepth ? "#define USE_LOGDEPTHBUF_EXT" : "",
    "uniform mat4 viewMatrix;",
    "uniform vec3 cameraPosition;",
    "uniform bool isOrthographic;",
    t.toneMapping !== un ? "#define TONE_MAPPING" : "",
    t.toneMapping !== un ? He.tonemapping_pars_fragment : "",
    // this code is required here because it is used by the toneMapping() function defined below
    t.toneMapping !== un ? Vg("toneMapping", t.toneMapping) : "",
    t.dithering ? "#define DITHERING" : "",
    t.opaque ? "#define OPAQUE" : "",
    He.encodings_pars_fragment,
    // this code is required here because it is used by the various encoding/decoding function defined below
    Hg("linearToOutputTexel", t.outputEncoding),
    t.depthPacking ? "#define DEPTH_PACKING " + t.depthPacking : "",
    `
`
  ].filter(ns).join(`
`)), o = ta(o), o = Zl(o, t), o = $l(o, t), a = ta(a), a = Zl(a, t), a = $l(a, t), o = Jl(o), a = Jl(a), t.isWebGL2 && t.isRawShaderMaterial !== !0 && (_ = `#version 300 es
`, m = [
    "precision mediump sampler2DArray;",
    "#define attribute in",
    "#define varying out",
    "#define texture2D texture"
  ].join(`
`) + `
` + m, y = [
    "#define varying in",
    t.glslVersion === bl ? "" : "layout(location = 0) out highp vec4 pc_fragColor;",
    t.glslVersion === bl ? "" : "#define gl_FragColor pc_fragColor",
    "#define gl_FragDepthEXT gl_FragDepth",
    "#define texture2D texture",
    "#define textureCube texture",
    "#define texture2DProj textureProj",
    "#define texture2DLodEXT textureLod",
    "#define texture2DProjLodEXT textureProjLod",
    "#define textureCubeLodEXT textureLod",
    "#define texture2DGradEXT textureGrad",
    "#define texture2DProjGradEXT textureProjGrad",
    "#define textureCubeGradEXT textureGrad"
  ].join(`
`) + `
` + y);
  const S = _ + m + o, w = _ + y + a, x = Xl(i, 35633, S), L = Xl(i, 35632, w);
  if (i.attachShader(p, x), i.attachShader(p, L), t.index0AttributeName !== void 0 ? i.bindAttribLocation(p, 0, t.index0AttributeName) : t.morphTargets === !0 && i.bindAttribLocation(p, 0, "position"), i.linkProgram(p), r.debug.checkShaderErrors) {
    const N = i.getProgramInfoLog(p).trim(), P = i.getShaderInfoLog(x).trim(), b = i.getShaderInfoLog(L).trim();
    let R = !0, $ = !0;
    if (i.getProgramParameter(p, 35714) === !1) {
      R = !1;
      const z = Yl(i, x, "vertex"), X = Yl(i, L, "fragment");
      console.error(
        "THREE.WebGLProgram: Shader Error " + i.getError() + " - VALIDATE_STATUS " + i.getProgramParameter(p, 35715) + `

Program Info Log: ` + N + `
` + z + `
` + X
      );
    } else N !== "" ? console.warn("THREE.WebGLProgram: Program Info Log:", N) : (P === "" || b === "") && ($ = !1);
    $ && (this.diagnostics = {
      runnable: R,
      programLog: N,
      vertexShader: {
        log: P,
        prefix: m
      },
      fragmentShader: {
        log: b,
        prefix: y
      }
    });
  }
  i.deleteShader(x), i.deleteShader(L);
  let D;
  this.getUniforms = function() {
    return D === void 0 && (D = new An(i, p)), D;
  };
  let T;
  return this.getAttributes = function() {
    return T === void 0 && (T = jg(i, p)), T;
  }, this.destroy = function() {
    n.releaseStatesOfProgram(this), i.deleteProgram(p), this.program = void 0;
  }, this.name = t.shaderName, this.id = kg++, this.cacheKey = e, this.usedTimes = 1, this.program = p, this.vertexShader = x, this.fragmentShader = L, this;
}
let i0 = 0;
class s0 {
  constructor() {
    this.shaderCache = /* @__PURE__ */ new Map(), this.materialCache = /* @__PURE__ */ new Map();
  }
  update(e) {
    const t = e.vertexShader, n = e.fragmentShader, i = this._getShaderStage(t), s = this._getShaderStage(n), o = this._getShaderCacheForMaterial(e);
    return o.has(i) === !1 && (o.add(i), i.usedTimes++), o.has(s) === !1 && (o.add(s), s.usedTimes++), this;
  }
  remove(e) {
    const t = this.materialCache.get(e);
    for (const n of t)
      n.usedTimes--, n.usedTimes === 0 && this.shaderCache.delete(n.code);
    return this.materialCache.delete(e), this;
  }
  getVertexShaderID(e) {
    return this._getShaderStage(e.vertexShader).id;
  }
  getFragmentShaderID(e) {
    return this._getShaderStage(e.fragmentShader).id;
  }
  dispose() {
    this.shaderCache.clear(), this.materialCache.clear();
  }
  _getShaderCacheForMaterial(e) {
    const t = this.materialCache;
    return t.has(e) === !1 && t.set(e, /* @__PURE__ */ new Set()), t.get(e);
  }
  _getShaderStage(e) {
    const t = this.shaderCache;
    if (t.has(e) === !1) {
      const n = new r0(e);
      t.set(e, n);
    }
    return t.get(e);
  }
}
class r0 {
  constructor(e) {
    this.id = i0++, this.code = e, this.usedTimes = 0;
  }
}
function o0(r, e, t, n, i, s, o) {
  const a = new ga(), l = new s0(), c = [], h = i.isWebGL2, u = i.logarithmicDepthBuffer, d = i.floatVertexTextures, f = i.maxVertexUniforms, g = i.vertexTextures;
  let p = i.precision;
  const m = {
    MeshDepthMaterial: "depth",
    MeshDistanceMaterial: "distanceRGBA",
    MeshNormalMaterial: "normal",
    MeshBasicMaterial: "basic",
    MeshLambertMaterial: "lambert",
    MeshPhongMaterial: "phong",
    MeshToonMaterial: "toon",
    MeshStandardMaterial: "physical",
    MeshPhysicalMaterial: "physical",
    MeshMatcapMaterial: "matcap",
    LineBasicMaterial: "basic",
    LineDashedMaterial: "dashed",
    PointsMaterial: "points",
    ShadowMaterial: "shadow",
    SpriteMaterial: "sprite"
  };
  function y(b) {
    const $ = b.skeleton.bones;
    if (d)
      return 1024;
    {
      const X = Math.floor((f - 20) / 4), G = Math.min(X, $.length);
      return G < $.length ? (console.warn("THREE.WebGLRenderer: Skeleton has " + $.length + " bones. This GPU supports " + G + "."), 0) : G;
    }
  }
  function _(b, R, $, z, X) {
    const G = z.fog, q = X.geometry, O = b.isMeshStandardMaterial ? z.environment : null, ne = (b.isMeshStandardMaterial ? t : e).get(b.envMap || O), Q = ne && ne.mapping === Rr ? ne.image.height : null, ue = m[b.type], le = X.isSkinnedMesh ? y(X) : 0;
    b.precision !== null && (p = i.getMaxPrecision(b.precision), p !== b.precision && console.warn("THREE.WebGLProgram.getParameters:", b.precision, "not supported, using", p, "instead."));
    const Me = q.morphAttributes.position || q.morphAttributes.normal || q.morphAttributes.color, Pe = Me !== void 0 ? Me.length : 0;
    let Ce = 0;
    q.morphAttributes.position !== void 0 && (Ce = 1), q.morphAttributes.normal !== void 0 && (Ce = 2), q.morphAttributes.color !== void 0 && (Ce = 3);
    let ee, j, U, oe;
    if (ue) {
      const V = $t[ue];
      ee = V.vertexShader, j = V.fragmentShader;
    } else
      ee = b.vertexShader, j = b.fragmentShader, l.update(b), U = l.getVertexShaderID(b), oe = l.getFragmentShaderID(b);
    const F = r.getRenderTarget(), re = b.alphaTest > 0, B = b.clearcoat > 0;
    return {
      isWebGL2: h,
      shaderID: ue,
      shaderName: b.type,
      vertexShader: ee,
      fragmentShader: j,
      defines: b.defines,
      customVertexShaderID: U,
      customFragmentShaderID: oe,
      isRawShaderMaterial: b.isRawShaderMaterial === !0,
      glslVersion: b.glslVersion,
      precision: p,
      instancing: X.isInstancedMesh === !0,
      instancingColor: X.isInstancedMesh === !0 && X.instanceColor !== null,
      supportsVertexTextures: g,
      outputEncoding: F === null ? r.outputEncoding : F.isXRRenderTarget === !0 ? F.texture.encoding : fn,
      map: !!b.map,
      matcap: !!b.matcap,
      envMap: !!ne,
      envMapMode: ne && ne.mapping,
      envMapCubeUVHeight: Q,
      lightMap: !!b.lightMap,
      aoMap: !!b.aoMap,
      emissiveMap: !!b.emissiveMap,
      bumpMap: !!b.bumpMap,
      normalMap: !!b.normalMap,
      objectSpaceNormalMap: b.normalMapType === zd,
      tangentSpaceNormalMap: b.normalMapType === zi,
      decodeVideoTexture: !!b.map && b.map.isVideoTexture === !0 && b.map.encoding === et,
      clearcoat: B,
      clearcoatMap: B && !!b.clearcoatMap,
      clearcoatRoughnessMap: B && !!b.clearcoatRoughnessMap,
      clearcoatNormalMap: B && !!b.clearcoatNormalMap,
      displacementMap: !!b.displacementMap,
      roughnessMap: !!b.roughnessMap,
      metalnessMap: !!b.metalnessMap,
      specularMap: !!b.specularMap,
      specularIntensityMap: !!b.specularIntensityMap,
      specularColorMap: !!b.specularColorMap,
      opaque: b.transparent === !1 && b.blending === Si,
      alphaMap: !!b.alphaMap,
      alphaTest: re,
      gradientMap: !!b.gradientMap,
      sheen: b.sheen > 0,
      sheenColorMap: !!b.sheenColorMap,
      sheenRoughnessMap: !!b.sheenRoughnessMap,
      transmission: b.transmission > 0,
      transmissionMap: !!b.transmissionMap,
      thicknessMap: !!b.thicknessMap,
      combine: b.combine,
      vertexTangents: !!b.normalMap && !!q.attributes.tangent,
      vertexColors: b.vertexColors,
      vertexAlphas: b.vertexColors === !0 && !!q.attributes.color && q.attributes.color.itemSize === 4,
      vertexUvs: !!b.map || !!b.bumpMap || !!b.normalMap || !!b.specularMap || !!b.alphaMap || !!b.emissiveMap || !!b.roughnessMap || !!b.metalnessMap || !!b.clearcoatMap || !!b.clearcoatRoughnessMap || !!b.clearcoatNormalMap || !!b.displacementMap || !!b.transmissionMap || !!b.thicknessMap || !!b.specularIntensityMap || !!b.specularColorMap || !!b.sheenColorMap || !!b.sheenRoughnessMap,
      uvsVertexOnly: !(b.map || b.bumpMap || b.normalMap || b.specularMap || b.alphaMap || b.emissiveMap || b.roughnessMap || b.metalnessMap || b.clearcoatNormalMap || b.transmission > 0 || b.transmissionMap || b.thicknessMap || b.specularIntensityMap || b.specularColorMap || b.sheen > 0 || b.sheenColorMap || b.sheenRoughnessMap) && !!b.displacementMap,
      fog: !!G,
      useFog: b.fog,
      fogExp2: G && G.isFogExp2,
      flatShading: !!b.flatShading,
      sizeAttenuation: b.sizeAttenuation,
      logarithmicDepthBuffer: u,
      skinning: X.isSkinnedMesh === !0 && le > 0,
      maxBones: le,
      useVertexTexture: d,
      morphTargets: q.morphAttributes.position !== void 0,
      morphNormals: q.morphAttributes.normal !== void 0,
      morphColors: q.morphAttributes.color !== void 0,
      morphTargetsCount: Pe,
      morphTextureStride: Ce,
      numDirLights: R.directional.length,
      numPointLights: R.point.length,
      numSpotLights: R.spot.length,
      numRectAreaLights: R.rectArea.length,
      numHemiLights: R.hemi.length,
      numDirLightShadows: R.directionalShadowMap.length,
      numPointLightShadows: R.pointShadowMap.length,
      numSpotLightShadows: R.spotShadowMap.length,
      numClippingPlanes: o.numPlanes,
      numClipIntersection: o.numIntersection,
      dithering: b.dithering,
      shadowMapEnabled: r.shadowMap.enabled && $.length > 0,
      shadowMapType: r.shadowMap.type,
      toneMapping: b.toneMapped ? r.toneMapping : un,
      physicallyCorrectLights: r.physicallyCorrectLights,
      premultipliedAlpha: b.premultipliedAlpha,
      doubleSided: b.side === dn,
      flipSided: b.side === It,
      depthPacking: b.depthPacking !== void 0 ? b.depthPacking : !1,
      index0AttributeName: b.index0AttributeName,
      extensionDerivatives: b.extensions && b.extensions.derivatives,
      extensionFragDepth: b.extensions && b.extensions.fragDepth,
      extensionDrawBuffers: b.extensions && b.extensions.drawBuffers,
      extensionShaderTextureLOD: b.extensions && b.extensions.shaderTextureLOD,
      rendererExtensionFragDepth: h || n.has("EXT_frag_depth"),
      rendererExtensionDrawBuffers: h || n.has("WEBGL_draw_buffers"),
      rendererExtensionShaderTextureLod: h || n.has("EXT_shader_texture_lod"),
      customProgramCacheKey: b.customProgramCacheKey()
    };
  }
  function S(b) {
    const R = [];
    if (b.shaderID ? R.push(b.shaderID) : (R.push(b.customVertexShaderID), R.push(b.customFragmentShaderID)), b.defines !== void 0)
      for (const $ in b.defines)
        R.push($), R.push(b.defines[$]);
    return b.isRawShaderMaterial === !1 && (w(R, b), x(R, b), R.push(r.outputEncoding)), R.push(b.customProgramCacheKey), R.join();
  }
  function w(b, R) {
    b.push(R.precision), b.push(R.outputEncoding), b.push(R.envMapMode), b.push(R.envMapCubeUVHeight), b.push(R.combine), b.push(R.vertexUvs), b.push(R.fogExp2), b.push(R.sizeAttenuation), b.push(R.maxBones), b.push(R.morphTargetsCount), b.push(R.morphAttributeCount), b.push(R.numDirLights), b.push(R.numPointLights), b.push(R.numSpotLights), b.push(R.numHemiLights), b.push(R.numRectAreaLights), b.push(R.numDirLightShadows), b.push(R.numPointLightShadows), b.push(R.numSpotLightShadows), b.push(R.shadowMapType), b.push(R.toneMapping), b.push(R.numClippingPlanes), b.push(R.numClipIntersection);
  }
  function x(b, R) {
    a.disableAll(), R.isWebGL2 && a.enable(0), R.supportsVertexTextures && a.enable(1), R.instancing && a.enable(2), R.instancingColor && a.enable(3), R.map && a.enable(4), R.matcap && a.enable(5), R.envMap && a.enable(6), R.lightMap && a.enable(7), R.aoMap && a.enable(8), R.emissiveMap && a.enable(9), R.bumpMap && a.enable(10), R.normalMap && a.enable(11), R.objectSpaceNormalMap && a.enable(12), R.tangentSpaceNormalMap && a.enable(13), R.clearcoat && a.enable(14), R.clearcoatMap && a.enable(15), R.clearcoatRoughnessMap && a.enable(16), R.clearcoatNormalMap && a.enable(17), R.displacementMap && a.enable(18), R.specularMap && a.enable(19), R.roughnessMap && a.enable(20), R.metalnessMap && a.enable(21), R.gradientMap && a.enable(22), R.alphaMap && a.enable(23), R.alphaTest && a.enable(24), R.vertexColors && a.enable(25), R.vertexAlphas && a.enable(26), R.vertexUvs && a.enable(27), R.vertexTangents && a.enable(28), R.uvsVertexOnly && a.enable(29), R.fog && a.enable(30), b.push(a.mask), a.disableAll(), R.useFog && a.enable(0), R.flatShading && a.enable(1), R.logarithmicDepthBuffer && a.enable(2), R.skinning && a.enable(3), R.useVertexTexture && a.enable(4), R.morphTargets && a.enable(5), R.morphNormals && a.enable(6), R.morphColors && a.enable(7), R.premultipliedAlpha && a.enable(8), R.shadowMapEnabled && a.enable(9), R.physicallyCorrectLights && a.enable(10), R.doubleSided && a.enable(11), R.flipSided && a.enable(12), R.depthPacking && a.enable(13), R.dithering && a.enable(14), R.specularIntensityMap && a.enable(15), R.specularColorMap && a.enable(16), R.transmission && a.enable(17), R.transmissionMap && a.enable(18), R.thicknessMap && a.enable(19), R.sheen && a.enable(20), R.sheenColorMap && a.enable(21), R.sheenRoughnessMap && a.enable(22), R.decodeVideoTexture && a.enable(23), R.opaque && a.enable(24), b.push(a.mask);
  }
  function L(b) {
    const R = m[b.type];
    let $;
    if (R) {
      const z = $t[R];
      $ = Ih.clone(z.uniforms);
    } else
      $ = b.uniforms;
    return $;
  }
  function D(b, R) {
    let $;
    for (let z = 0, X = c.length; z < X; z++) {
      const G = c[z];
      if (G.cacheKey === R) {
        $ = G, ++$.usedTimes;
        break;
      }
    }
    return $ === void 0 && ($ = new n0(r, R, b, s), c.push($)), $;
  }
  function T(b) {
    if (--b.usedTimes === 0) {
      const R = c.indexOf(b);
      c[R] = c[c.length - 1], c.pop(), b.destroy();
    }
  }
  function N(b) {
    l.remove(b);
  }
  function P() {
    l.dispose();
  }
  return {
    getParameters: _,
    getProgramCacheKey: S,
    getUniforms: L,
    acquireProgram: D,
    releaseProgram: T,
    releaseShaderCache: N,
    // Exposed for resource monitoring & error feedback via renderer.info:
    programs: c,
    dispose: P
  };
}
function a0() {
  let r = /* @__PURE__ */ new WeakMap();
  function e(s) {
    let o = r.get(s);
    return o === void 0 && (o = {}, r.set(s, o)), o;
  }
  function t(s) {
    r.delete(s);
  }
  function n(s, o, a) {
    r.get(s)[o] = a;
  }
  function i() {
    r = /* @__PURE__ */ new WeakMap();
  }
  return {
    get: e,
    remove: t,
    update: n,
    dispose: i
  };
}
function l0(r, e) {
  return r.groupOrder !== e.groupOrder ? r.groupOrder - e.groupOrder : r.renderOrder !== e.renderOrder ? r.renderOrder - e.renderOrder : r.material.id !== e.material.id ? r.material.id - e.material.id : r.z !== e.z ? r.z - e.z : r.id - e.id;
}
function Ql(r, e) {
  return r.groupOrder !== e.groupOrder ? r.groupOrder - e.groupOrder : r.renderOrder !== e.renderOrder ? r.renderOrder - e.renderOrder : r.z !== e.z ? e.z - r.z : r.id - e.id;
}
function ec() {
  const r = [];
  let e = 0;
  const t = [], n = [], i = [];
  function s() {
    e = 0, t.length = 0, n.length = 0, i.length = 0;
  }
  function o(u, d, f, g, p, m) {
    let y = r[e];
    return y === void 0 ? (y = {
      id: u.id,
      object: u,
      geometry: d,
      material: f,
      groupOrder: g,
      renderOrder: u.renderOrder,
      z: p,
      group: m
    }, r[e] = y) : (y.id = u.id, y.object = u, y.geometry = d, y.material = f, y.groupOrder = g, y.renderOrder = u.renderOrder, y.z = p, y.group = m), e++, y;
  }
  function a(u, d, f, g, p, m) {
    const y = o(u, d, f, g, p, m);
    f.transmission > 0 ? n.push(y) : f.transparent === !0 ? i.push(y) : t.push(y);
  }
  function l(u, d, f, g, p, m) {
    const y = o(u, d, f, g, p, m);
    f.transmission > 0 ? n.unshift(y) : f.transparent === !0 ? i.unshift(y) : t.unshift(y);
  }
  function c(u, d) {
    t.length > 1 && t.sort(u || l0), n.length > 1 && n.sort(d || Ql), i.length > 1 && i.sort(d || Ql);
  }
  function h() {
    for (let u = e, d = r.length; u < d; u++) {
      const f = r[u];
      if (f.id === null) break;
      f.id = null, f.object = null, f.geometry = null, f.material = null, f.group = null;
    }
  }
  return {
    opaque: t,
    transmissive: n,
    transparent: i,
    init: s,
    push: a,
    unshift: l,
    finish: h,
    sort: c
  };
}
function c0() {
  let r = /* @__PURE__ */ new WeakMap();
  function e(n, i) {
    let s;
    return r.has(n) === !1 ? (s = new ec(), r.set(n, [s])) : i >= r.get(n).length ? (s = new ec(), r.get(n).push(s)) : s = r.get(n)[i], s;
  }
  function t() {
    r = /* @__PURE__ */ new WeakMap();
  }
  return {
    get: e,
    dispose: t
  };
}
function h0() {
  const r = {};
  return {
    get: function(e) {
      if (r[e.id] !== void 0)
        return r[e.id];
      let t;
      switch (e.type) {
        case "DirectionalLight":
          t = {
            direction: new M(),
            color: new pe()
          };
          break;
        case "SpotLight":
          t = {
            position: new M(),
            direction: new M(),
            color: new pe(),
            distance: 0,
            coneCos: 0,
            penumbraCos: 0,
            decay: 0
          };
          break;
        case "PointLight":
          t = {
            position: new M(),
            color: new pe(),
            distance: 0,
            decay: 0
          };
          break;
        case "HemisphereLight":
          t = {
            direction: new M(),
            skyColor: new pe(),
            groundColor: new pe()
          };
          break;
        case "RectAreaLight":
          t = {
            color: new pe(),
            position: new M(),
            halfWidth: new M(),
            halfHeight: new M()
          };
          break;
      }
      return r[e.id] = t, t;
    }
  };
}
function u0() {
  const r = {};
  return {
    get: function(e) {
      if (r[e.id] !== void 0)
        return r[e.id];
      let t;
      switch (e.type) {
        case "DirectionalLight":
          t = {
            shadowBias: 0,
            shadowNormalBias: 0,
            shadowRadius: 1,
            shadowMapSize: new K()
          };
          break;
        case "SpotLight":
          t = {
            shadowBias: 0,
            shadowNormalBias: 0,
            shadowRadius: 1,
            shadowMapSize: new K()
          };
          break;
        case "PointLight":
          t = {
            shadowBias: 0,
            shadowNormalBias: 0,
            shadowRadius: 1,
            shadowMapSize: new K(),
            shadowCameraNear: 1,
            shadowCameraFar: 1e3
          };
          break;
      }
      return r[e.id] = t, t;
    }
  };
}
let d0 = 0;
function f0(r, e) {
  return (e.castShadow ? 1 : 0) - (r.castShadow ? 1 : 0);
}
function p0(r, e) {
  const t = new h0(), n = u0(), i = {
    version: 0,
    hash: {
      directionalLength: -1,
      pointLength: -1,
      spotLength: -1,
      rectAreaLength: -1,
      hemiLength: -1,
      numDirectionalShadows: -1,
      numPointShadows: -1,
      numSpotShadows: -1
    },
    ambient: [0, 0, 0],
    probe: [],
    directional: [],
    directionalShadow: [],
    directionalShadowMap: [],
    directionalShadowMatrix: [],
    spot: [],
    spotShadow: [],
    spotShadowMap: [],
    spotShadowMatrix: [],
    rectArea: [],
    rectAreaLTC1: null,
    rectAreaLTC2: null,
    point: [],
    pointShadow: [],
    pointShadowMap: [],
    pointShadowMatrix: [],
    hemi: []
  };
  for (let h = 0; h < 9; h++) i.probe.push(new M());
  const s = new M(), o = new Ee(), a = new Ee();
  function l(h, u) {
    let d = 0, f = 0, g = 0;
    for (let N = 0; N < 9; N++) i.probe[N].set(0, 0, 0);
    let p = 0, m = 0, y = 0, _ = 0, S = 0, w = 0, x = 0, L = 0;
    h.sort(f0);
    const D = u !== !0 ? Math.PI : 1;
    for (let N = 0, P = h.length; N < P; N++) {
      const b = h[N], R = b.color, $ = b.intensity, z = b.distance, X = b.shadow && b.shadow.map ? b.shadow.map.texture : null;
      if (b.isAmbientLight)
        d += R.r * $ * D, f += R.g * $ * D, g += R.b * $ * D;
      else if (b.isLightProbe)
        for (let G = 0; G < 9; G++)
          i.probe[G].addScaledVector(b.sh.coefficients[G], $);
      else if (b.isDirectionalLight) {
        const G = t.get(b);
        if (G.color.copy(b.color).multiplyScalar(b.intensity * D), b.castShadow) {
          const q = b.shadow, O = n.get(b);
          O.shadowBias = q.bias, O.shadowNormalBias = q.normalBias, O.shadowRadius = q.radius, O.shadowMapSize = q.mapSize, i.directionalShadow[p] = O, i.directionalShadowMap[p] = X, i.directionalShadowMatrix[p] = b.shadow.matrix, w++;
        }
        i.directional[p] = G, p++;
      } else if (b.isSpotLight) {
        const G = t.get(b);
        if (G.position.setFromMatrixPosition(b.matrixWorld), G.color.copy(R).multiplyScalar($ * D), G.distance = z, G.coneCos = Math.cos(b.angle), G.penumbraCos = Math.cos(b.angle * (1 - b.penumbra)), G.decay = b.decay, b.castShadow) {
          const q = b.shadow, O = n.get(b);
          O.shadowBias = q.bias, O.shadowNormalBias = q.normalBias, O.shadowRadius = q.radius, O.shadowMapSize = q.mapSize, i.spotShadow[y] = O, i.spotShadowMap[y] = X, i.spotShadowMatrix[y] = b.shadow.matrix, L++;
        }
        i.spot[y] = G, y++;
      } else if (b.isRectAreaLight) {
        const G = t.get(b);
        G.color.copy(R).multiplyScalar($), G.halfWidth.set(b.width * 0.5, 0, 0), G.halfHeight.set(0, b.height * 0.5, 0), i.rectArea[_] = G, _++;
      } else if (b.isPointLight) {
        const G = t.get(b);
        if (G.color.copy(b.color).multiplyScalar(b.intensity * D), G.distance = b.distance, G.decay = b.decay, b.castShadow) {
          const q = b.shadow, O = n.get(b);
          O.shadowBias = q.bias, O.shadowNormalBias = q.normalBias, O.shadowRadius = q.radius, O.shadowMapSize = q.mapSize, O.shadowCameraNear = q.camera.near, O.shadowCameraFar = q.camera.far, i.pointShadow[m] = O, i.pointShadowMap[m] = X, i.pointShadowMatrix[m] = b.shadow.matrix, x++;
        }
        i.point[m] = G, m++;
      } else if (b.isHemisphereLight) {
        const G = t.get(b);
        G.skyColor.copy(b.color).multiplyScalar($ * D), G.groundColor.copy(b.groundColor).multiplyScalar($ * D), i.hemi[S] = G, S++;
      }
    }
    _ > 0 && (e.isWebGL2 || r.has("OES_texture_float_linear") === !0 ? (i.rectAreaLTC1 = ve.LTC_FLOAT_1, i.rectAreaLTC2 = ve.LTC_FLOAT_2) : r.has("OES_texture_half_float_linear") === !0 ? (i.rectAreaLTC1 = ve.LTC_HALF_1, i.rectAreaLTC2 = ve.LTC_HALF_2) : console.error("THREE.WebGLRenderer: Unable to use RectAreaLight. Missing WebGL extensions.")), i.ambient[0] = d, i.ambient[1] = f, i.ambient[2] = g;
    const T = i.hash;
    (T.directionalLength !== p || T.pointLength !== m || T.spotLength !== y || T.rectAreaLength !== _ || T.hemiLength !== S || T.numDirectionalShadows !== w || T.numPointShadows !== x || T.numSpotShadows !== L) && (i.directional.length = p, i.spot.length = y, i.rectArea.length = _, i.point.length = m, i.hemi.length = S, i.directionalShadow.length = w, i.directionalShadowMap.length = w, i.pointShadow.length = x, i.pointShadowMap.length = x, i.spotShadow.length = L, i.spotShadowMap.length = L, i.directionalShadowMatrix.length = w, i.pointShadowMatrix.length = x, i.spotShadowMatrix.length = L, T.directionalLength = p, T.pointLength = m, T.spotLength = y, T.rectAreaLength = _, T.hemiLength = S, T.numDirectionalShadows = w, T.numPointShadows = x, T.numSpotShadows = L, i.version = d0++);
  }
  function c(h, u) {
    let d = 0, f = 0, g = 0, p = 0, m = 0;
    const y = u.matrixWorldInverse;
    for (let _ = 0, S = h.length; _ < S; _++) {
      const w = h[_];
      if (w.isDirectionalLight) {
        const x = i.directional[d];
        x.direction.setFromMatrixPosition(w.matrixWorld), s.setFromMatrixPosition(w.target.matrixWorld), x.direction.sub(s), x.direction.transformDirection(y), d++;
      } else if (w.isSpotLight) {
        const x = i.spot[g];
        x.position.setFromMatrixPosition(w.matrixWorld), x.position.applyMatrix4(y), x.direction.setFromMatrixPosition(w.matrixWorld), s.setFromMatrixPosition(w.target.matrixWorld), x.direction.sub(s), x.direction.transformDirection(y), g++;
      } else if (w.isRectAreaLight) {
        const x = i.rectArea[p];
        x.position.setFromMatrixPosition(w.matrixWorld), x.position.applyMatrix4(y), a.identity(), o.copy(w.matrixWorld), o.premultiply(y), a.extractRotation(o), x.halfWidth.set(w.width * 0.5, 0, 0), x.halfHeight.set(0, w.height * 0.5, 0), x.halfWidth.applyMatrix4(a), x.halfHeight.applyMatrix4(a), p++;
      } else if (w.isPointLight) {
        const x = i.point[f];
        x.position.setFromMatrixPosition(w.matrixWorld), x.position.applyMatrix4(y), f++;
      } else if (w.isHemisphereLight) {
        const x = i.hemi[m];
        x.direction.setFromMatrixPosition(w.matrixWorld), x.direction.transformDirection(y), x.direction.normalize(), m++;
      }
    }
  }
  return {
    setup: l,
    setupView: c,
    state: i
  };
}
function tc(r, e) {
  const t = new p0(r, e), n = [], i = [];
  function s() {
    n.length = 0, i.length = 0;
  }
  function o(u) {
    n.push(u);
  }
  function a(u) {
    i.push(u);
  }
  function l(u) {
    t.setup(n, u);
  }
  function c(u) {
    t.setupView(n, u);
  }
  return {
    init: s,
    state: {
      lightsArray: n,
      shadowsArray: i,
      lights: t
    },
    setupLights: l,
    setupLightsView: c,
    pushLight: o,
    pushShadow: a
  };
}
function m0(r, e) {
  let t = /* @__PURE__ */ new WeakMap();
  function n(s, o = 0) {
    let a;
    return t.has(s) === !1 ? (a = new tc(r, e), t.set(s, [a])) : o >= t.get(s).length ? (a = new tc(r, e), t.get(s).push(a)) : a = t.get(s)[o], a;
  }
  function i() {
    t = /* @__PURE__ */ new WeakMap();
  }
  return {
    get: n,
    dispose: i
  };
}
class _a extends dt {
  constructor(e) {
    super(), this.type = "MeshDepthMaterial", this.depthPacking = Nd, this.map = null, this.alphaMap = null, this.displacementMap = null, this.displacementScale = 1, this.displacementBias = 0, this.wireframe = !1, this.wireframeLinewidth = 1, this.fog = !1, this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.depthPacking = e.depthPacking, this.map = e.map, this.alphaMap = e.alphaMap, this.displacementMap = e.displacementMap, this.displacementScale = e.displacementScale, this.displacementBias = e.displacementBias, this.wireframe = e.wireframe, this.wireframeLinewidth = e.wireframeLinewidth, this;
  }
}
_a.prototype.isMeshDepthMaterial = !0;
class ba extends dt {
  constructor(e) {
    super(), this.type = "MeshDistanceMaterial", this.referencePosition = new M(), this.nearDistance = 1, this.farDistance = 1e3, this.map = null, this.alphaMap = null, this.displacementMap = null, this.displacementScale = 1, this.displacementBias = 0, this.fog = !1, this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.referencePosition.copy(e.referencePosition), this.nearDistance = e.nearDistance, this.farDistance = e.farDistance, this.map = e.map, this.alphaMap = e.alphaMap, this.displacementMap = e.displacementMap, this.displacementScale = e.displacementScale, this.displacementBias = e.displacementBias, this;
  }
}
ba.prototype.isMeshDistanceMaterial = !0;
const g0 = `void main() {
	gl_Position = vec4( position, 1.0 );
}`, y0 = `uniform sampler2D shadow_pass;
uniform vec2 resolution;
uniform float radius;
#include <packing>
void main() {
	const float samples = float( VSM_SAMPLES );
	float mean = 0.0;
	float squared_mean = 0.0;
	float uvStride = samples <= 1.0 ? 0.0 : 2.0 / ( samples - 1.0 );
	float uvStart = samples <= 1.0 ? 0.0 : - 1.0;
	for ( float i = 0.0; i < samples; i ++ ) {
		float uvOffset = uvStart + i * uvStride;
		#ifdef HORIZONTAL_PASS
			vec2 distribution = unpackRGBATo2Half( texture2D( shadow_pass, ( gl_FragCoord.xy + vec2( uvOffset, 0.0 ) * radius ) / resolution ) );
			mean += distribution.x;
			squared_mean += distribution.y * distribution.y + distribution.x * distribution.x;
		#else
			float depth = unpackRGBAToDepth( texture2D( shadow_pass, ( gl_FragCoord.xy + vec2( 0.0, uvOffset ) * radius ) / resolution ) );
			mean += depth;
			squared_mean += depth * depth;
		#endif
	}
	mean = mean / samples;
	squared_mean = squared_mean / samples;
	float std_dev = sqrt( squared_mean - mean * mean );
	gl_FragColor = pack2HalfToRGBA( vec2( mean, std_dev ) );
}`;
function Vh(r, e, t) {
  let n = new ws();
  const i = new K(), s = new K(), o = new Xe(), a = new _a({ depthPacking: Od }), l = new ba(), c = {}, h = t.maxTextureSize, u = { 0: It, 1: cs, 2: dn }, d = new Rt({
    defines: {
      VSM_SAMPLES: 8
    },
    uniforms: {
      shadow_pass: { value: null },
      resolution: { value: new K() },
      radius: { value: 4 }
    },
    vertexShader: g0,
    fragmentShader: y0
  }), f = d.clone();
  f.defines.HORIZONTAL_PASS = 1;
  const g = new Be();
  g.setAttribute(
    "position",
    new Qe(
      new Float32Array([-1, -1, 0.5, 3, -1, 0.5, -1, 3, 0.5]),
      3
    )
  );
  const p = new $e(g, d), m = this;
  this.enabled = !1, this.autoUpdate = !0, this.needsUpdate = !1, this.type = bh, this.render = function(w, x, L) {
    if (m.enabled === !1 || m.autoUpdate === !1 && m.needsUpdate === !1 || w.length === 0) return;
    const D = r.getRenderTarget(), T = r.getActiveCubeFace(), N = r.getActiveMipmapLevel(), P = r.state;
    P.setBlending(Tn), P.buffers.color.setClear(1, 1, 1, 1), P.buffers.depth.setTest(!0), P.setScissorTest(!1);
    for (let b = 0, R = w.length; b < R; b++) {
      const $ = w[b], z = $.shadow;
      if (z === void 0) {
        console.warn("THREE.WebGLShadowMap:", $, "has no shadow.");
        continue;
      }
      if (z.autoUpdate === !1 && z.needsUpdate === !1) continue;
      i.copy(z.mapSize);
      const X = z.getFrameExtents();
      if (i.multiply(X), s.copy(z.mapSize), (i.x > h || i.y > h) && (i.x > h && (s.x = Math.floor(h / X.x), i.x = s.x * X.x, z.mapSize.x = s.x), i.y > h && (s.y = Math.floor(h / X.y), i.y = s.y * X.y, z.mapSize.y = s.y)), z.map === null && !z.isPointLightShadow && this.type === ts && (z.map = new Lt(i.x, i.y), z.map.texture.name = $.name + ".shadowMap", z.mapPass = new Lt(i.x, i.y), z.camera.updateProjectionMatrix()), z.map === null) {
        const q = { minFilter: pt, magFilter: pt, format: Vt };
        z.map = new Lt(i.x, i.y, q), z.map.texture.name = $.name + ".shadowMap", z.camera.updateProjectionMatrix();
      }
      r.setRenderTarget(z.map), r.clear();
      const G = z.getViewportCount();
      for (let q = 0; q < G; q++) {
        const O = z.getViewport(q);
        o.set(
          s.x * O.x,
          s.y * O.y,
          s.x * O.z,
          s.y * O.w
        ), P.viewport(o), z.updateMatrices($, q), n = z.getFrustum(), S(x, L, z.camera, $, this.type);
      }
      !z.isPointLightShadow && this.type === ts && y(z, L), z.needsUpdate = !1;
    }
    m.needsUpdate = !1, r.setRenderTarget(D, T, N);
  };
  function y(w, x) {
    const L = e.update(p);
    d.defines.VSM_SAMPLES !== w.blurSamples && (d.defines.VSM_SAMPLES = w.blurSamples, f.defines.VSM_SAMPLES = w.blurSamples, d.needsUpdate = !0, f.needsUpdate = !0), d.uniforms.shadow_pass.value = w.map.texture, d.uniforms.resolution.value = w.mapSize, d.uniforms.radius.value = w.radius, r.setRenderTarget(w.mapPass), r.clear(), r.renderBufferDirect(x, null, L, d, p, null), f.uniforms.shadow_pass.value = w.mapPass.texture, f.uniforms.resolution.value = w.mapSize, f.uniforms.radius.value = w.radius, r.setRenderTarget(w.map), r.clear(), r.renderBufferDirect(x, null, L, f, p, null);
  }
  function _(w, x, L, D, T, N) {
    let P = null;
    const b = L.isPointLight === !0 ? w.customDistanceMaterial : w.customDepthMaterial;
    if (b !== void 0 ? P = b : P = L.isPointLight === !0 ? l : a, r.localClippingEnabled && x.clipShadows === !0 && x.clippingPlanes.length !== 0 || x.displacementMap && x.displacementScale !== 0 || x.alphaMap && x.alphaTest > 0) {
      const R = P.uuid, $ = x.uuid;
      let z = c[R];
      z === void 0 && (z = {}, c[R] = z);
      let X = z[$];
      X === void 0 && (X = P.clone(), z[$] = X), P = X;
    }
    return P.visible = x.visible, P.wireframe = x.wireframe, N === ts ? P.side = x.shadowSide !== null ? x.shadowSide : x.side : P.side = x.shadowSide !== null ? x.shadowSide : u[x.side], P.alphaMap = x.alphaMap, P.alphaTest = x.alphaTest, P.clipShadows = x.clipShadows, P.clippingPlanes = x.clippingPlanes, P.clipIntersection = x.clipIntersection, P.displacementMap = x.displacementMap, P.displacementScale = x.displacementScale, P.displacementBias = x.displacementBias, P.wireframeLinewidth = x.wireframeLinewidth, P.linewidth = x.linewidth, L.isPointLight === !0 && P.isMeshDistanceMaterial === !0 && (P.referencePosition.setFromMatrixPosition(L.matrixWorld), P.nearDistance = D, P.farDistance = T), P;
  }
  function S(w, x, L, D, T) {
    if (w.visible === !1) return;
    if (w.layers.test(x.layers) && (w.isMesh || w.isLine || w.isPoints) && (w.castShadow || w.receiveShadow && T === ts) && (!w.frustumCulled || n.intersectsObject(w))) {
      w.modelViewMatrix.multiplyMatrices(L.matrixWorldInverse, w.matrixWorld);
      const b = e.update(w), R = w.material;
      if (Array.isArray(R)) {
        const $ = b.groups;
        for (let z = 0, X = $.length; z < X; z++) {
          const G = $[z], q = R[G.materialIndex];
          if (q && q.visible) {
            const O = _(w, q, D, L.near, L.far, T);
            r.renderBufferDirect(L, null, b, O, w, G);
          }
        }
      } else if (R.visible) {
        const $ = _(w, R, D, L.near, L.far, T);
        r.renderBufferDirect(L, null, b, $, w, null);
      }
    }
    const P = w.children;
    for (let b = 0, R = P.length; b < R; b++)
      S(P[b], x, L, D, T);
  }
}
function v0(r, e, t) {
  const n = t.isWebGL2;
  function i() {
    let I = !1;
    const ge = new Xe();
    let me = null;
    const Le = new Xe(0, 0, 0, 0);
    return {
      setMask: function(xe) {
        me !== xe && !I && (r.colorMask(xe, xe, xe, xe), me = xe);
      },
      setLocked: function(xe) {
        I = xe;
      },
      setClear: function(xe, Ae, ye, Ne, Je) {
        Je === !0 && (xe *= Ne, Ae *= Ne, ye *= Ne), ge.set(xe, Ae, ye, Ne), Le.equals(ge) === !1 && (r.clearColor(xe, Ae, ye, Ne), Le.copy(ge));
      },
      reset: function() {
        I = !1, me = null, Le.set(-1, 0, 0, 0);
      }
    };
  }
  function s() {
    let I = !1, ge = null, me = null, Le = null;
    return {
      setTest: function(xe) {
        xe ? Ce(2929) : ee(2929);
      },
      setMask: function(xe) {
        ge !== xe && !I && (r.depthMask(xe), ge = xe);
      },
      setFunc: function(xe) {
        if (me !== xe) {
          if (xe)
            switch (xe) {
              case ed:
                r.depthFunc(512);
                break;
              case td:
                r.depthFunc(519);
                break;
              case nd:
                r.depthFunc(513);
                break;
              case Xo:
                r.depthFunc(515);
                break;
              case id:
                r.depthFunc(514);
                break;
              case sd:
                r.depthFunc(518);
                break;
              case rd:
                r.depthFunc(516);
                break;
              case od:
                r.depthFunc(517);
                break;
              default:
                r.depthFunc(515);
            }
          else
            r.depthFunc(515);
          me = xe;
        }
      },
      setLocked: function(xe) {
        I = xe;
      },
      setClear: function(xe) {
        Le !== xe && (r.clearDepth(xe), Le = xe);
      },
      reset: function() {
        I = !1, ge = null, me = null, Le = null;
      }
    };
  }
  function o() {
    let I = !1, ge = null, me = null, Le = null, xe = null, Ae = null, ye = null, Ne = null, Je = null;
    return {
      setTest: function(Ge) {
        I || (Ge ? Ce(2960) : ee(2960));
      },
      setMask: function(Ge) {
        ge !== Ge && !I && (r.stencilMask(Ge), ge = Ge);
      },
      setFunc: function(Ge, Gt, Wt) {
        (me !== Ge || Le !== Gt || xe !== Wt) && (r.stencilFunc(Ge, Gt, Wt), me = Ge, Le = Gt, xe = Wt);
      },
      setOp: function(Ge, Gt, Wt) {
        (Ae !== Ge || ye !== Gt || Ne !== Wt) && (r.stencilOp(Ge, Gt, Wt), Ae = Ge, ye = Gt, Ne = Wt);
      },
      setLocked: function(Ge) {
        I = Ge;
      },
      setClear: function(Ge) {
        Je !== Ge && (r.clearStencil(Ge), Je = Ge);
      },
      reset: function() {
        I = !1, ge = null, me = null, Le = null, xe = null, Ae = null, ye = null, Ne = null, Je = null;
      }
    };
  }
  const a = new i(), l = new s(), c = new o();
  let h = {}, u = {}, d = /* @__PURE__ */ new WeakMap(), f = [], g = null, p = !1, m = null, y = null, _ = null, S = null, w = null, x = null, L = null, D = !1, T = null, N = null, P = null, b = null, R = null;
  const $ = r.getParameter(35661);
  let z = !1, X = 0;
  const G = r.getParameter(7938);
  G.indexOf("WebGL") !== -1 ? (X = parseFloat(/^WebGL (\d)/.exec(G)[1]), z = X >= 1) : G.indexOf("OpenGL ES") !== -1 && (X = parseFloat(/^OpenGL ES (\d)/.exec(G)[1]), z = X >= 2);
  let q = null, O = {};
  const ne = r.getParameter(3088), Q = r.getParameter(2978), ue = new Xe().fromArray(ne), le = new Xe().fromArray(Q);
  function Me(I, ge, me) {
    const Le = new Uint8Array(4), xe = r.createTexture();
    r.bindTexture(I, xe), r.texParameteri(I, 10241, 9728), r.texParameteri(I, 10240, 9728);
    for (let Ae = 0; Ae < me; Ae++)
      r.texImage2D(ge + Ae, 0, 6408, 1, 1, 0, 6408, 5121, Le);
    return xe;
  }
  const Pe = {};
  Pe[3553] = Me(3553, 3553, 1), Pe[34067] = Me(34067, 34069, 6), a.setClear(0, 0, 0, 1), l.setClear(1), c.setClear(0), Ce(2929), l.setFunc(Xo), V(!1), ie(qa), Ce(2884), B(Tn);
  function Ce(I) {
    h[I] !== !0 && (r.enable(I), h[I] = !0);
  }
  function ee(I) {
    h[I] !== !1 && (r.disable(I), h[I] = !1);
  }
  function j(I, ge) {
    return u[I] !== ge ? (r.bindFramebuffer(I, ge), u[I] = ge, n && (I === 36009 && (u[36160] = ge), I === 36160 && (u[36009] = ge)), !0) : !1;
  }
  function U(I, ge) {
    let me = f, Le = !1;
    if (I)
      if (me = d.get(ge), me === void 0 && (me = [], d.set(ge, me)), I.isWebGLMultipleRenderTargets) {
        const xe = I.texture;
        if (me.length !== xe.length || me[0] !== 36064) {
          for (let Ae = 0, ye = xe.length; Ae < ye; Ae++)
            me[Ae] = 36064 + Ae;
          me.length = xe.length, Le = !0;
        }
      } else
        me[0] !== 36064 && (me[0] = 36064, Le = !0);
    else
      me[0] !== 1029 && (me[0] = 1029, Le = !0);
    Le && (t.isWebGL2 ? r.drawBuffers(me) : e.get("WEBGL_draw_buffers").drawBuffersWEBGL(me));
  }
  function oe(I) {
    return g !== I ? (r.useProgram(I), g = I, !0) : !1;
  }
  const F = {
    [yi]: 32774,
    [Gu]: 32778,
    [Wu]: 32779
  };
  if (n)
    F[$a] = 32775, F[Ja] = 32776;
  else {
    const I = e.get("EXT_blend_minmax");
    I !== null && (F[$a] = I.MIN_EXT, F[Ja] = I.MAX_EXT);
  }
  const re = {
    [ju]: 0,
    [qu]: 1,
    [Xu]: 768,
    [Mh]: 770,
    [Qu]: 776,
    [Ju]: 774,
    [Zu]: 772,
    [Yu]: 769,
    [Sh]: 771,
    [Ku]: 775,
    [$u]: 773
  };
  function B(I, ge, me, Le, xe, Ae, ye, Ne) {
    if (I === Tn) {
      p === !0 && (ee(3042), p = !1);
      return;
    }
    if (p === !1 && (Ce(3042), p = !0), I !== Vu) {
      if (I !== m || Ne !== D) {
        if ((y !== yi || w !== yi) && (r.blendEquation(32774), y = yi, w = yi), Ne)
          switch (I) {
            case Si:
              r.blendFuncSeparate(1, 771, 1, 771);
              break;
            case Xa:
              r.blendFunc(1, 1);
              break;
            case Ya:
              r.blendFuncSeparate(0, 769, 0, 1);
              break;
            case Za:
              r.blendFuncSeparate(0, 768, 0, 770);
              break;
            default:
              console.error("THREE.WebGLState: Invalid blending: ", I);
              break;
          }
        else
          switch (I) {
            case Si:
              r.blendFuncSeparate(770, 771, 1, 771);
              break;
            case Xa:
              r.blendFunc(770, 1);
              break;
            case Ya:
              r.blendFuncSeparate(0, 769, 0, 1);
              break;
            case Za:
              r.blendFunc(0, 768);
              break;
            default:
              console.error("THREE.WebGLState: Invalid blending: ", I);
              break;
          }
        _ = null, S = null, x = null, L = null, m = I, D = Ne;
      }
      return;
    }
    xe = xe || ge, Ae = Ae || me, ye = ye || Le, (ge !== y || xe !== w) && (r.blendEquationSeparate(F[ge], F[xe]), y = ge, w = xe), (me !== _ || Le !== S || Ae !== x || ye !== L) && (r.blendFuncSeparate(re[me], re[Le], re[Ae], re[ye]), _ = me, S = Le, x = Ae, L = ye), m = I, D = null;
  }
  function H(I, ge) {
    I.side === dn ? ee(2884) : Ce(2884);
    let me = I.side === It;
    ge && (me = !me), V(me), I.blending === Si && I.transparent === !1 ? B(Tn) : B(I.blending, I.blendEquation, I.blendSrc, I.blendDst, I.blendEquationAlpha, I.blendSrcAlpha, I.blendDstAlpha, I.premultipliedAlpha), l.setFunc(I.depthFunc), l.setTest(I.depthTest), l.setMask(I.depthWrite), a.setMask(I.colorWrite);
    const Le = I.stencilWrite;
    c.setTest(Le), Le && (c.setMask(I.stencilWriteMask), c.setFunc(I.stencilFunc, I.stencilRef, I.stencilFuncMask), c.setOp(I.stencilFail, I.stencilZFail, I.stencilZPass)), _e(I.polygonOffset, I.polygonOffsetFactor, I.polygonOffsetUnits), I.alphaToCoverage === !0 ? Ce(32926) : ee(32926);
  }
  function V(I) {
    T !== I && (I ? r.frontFace(2304) : r.frontFace(2305), T = I);
  }
  function ie(I) {
    I !== Uu ? (Ce(2884), I !== N && (I === qa ? r.cullFace(1029) : I === Fu ? r.cullFace(1028) : r.cullFace(1032))) : ee(2884), N = I;
  }
  function te(I) {
    I !== P && (z && r.lineWidth(I), P = I);
  }
  function _e(I, ge, me) {
    I ? (Ce(32823), (b !== ge || R !== me) && (r.polygonOffset(ge, me), b = ge, R = me)) : ee(32823);
  }
  function be(I) {
    I ? Ce(3089) : ee(3089);
  }
  function ce(I) {
    I === void 0 && (I = 33984 + $ - 1), q !== I && (r.activeTexture(I), q = I);
  }
  function Te(I, ge) {
    q === null && ce();
    let me = O[q];
    me === void 0 && (me = { type: void 0, texture: void 0 }, O[q] = me), (me.type !== I || me.texture !== ge) && (r.bindTexture(I, ge || Pe[I]), me.type = I, me.texture = ge);
  }
  function Re() {
    const I = O[q];
    I !== void 0 && I.type !== void 0 && (r.bindTexture(I.type, null), I.type = void 0, I.texture = void 0);
  }
  function E() {
    try {
      r.compressedTexImage2D.apply(r, arguments);
    } catch (I) {
      console.error("THREE.WebGLState:", I);
    }
  }
  function v() {
    try {
      r.texSubImage2D.apply(r, arguments);
    } catch (I) {
      console.error("THREE.WebGLState:", I);
    }
  }
  function k() {
    try {
      r.texSubImage3D.apply(r, arguments);
    } catch (I) {
      console.error("THREE.WebGLState:", I);
    }
  }
  function Z() {
    try {
      r.compressedTexSubImage2D.apply(r, arguments);
    } catch (I) {
      console.error("THREE.WebGLState:", I);
    }
  }
  function ae() {
    try {
      r.texStorage2D.apply(r, arguments);
    } catch (I) {
      console.error("THREE.WebGLState:", I);
    }
  }
  function fe() {
    try {
      r.texStorage3D.apply(r, arguments);
    } catch (I) {
      console.error("THREE.WebGLState:", I);
    }
  }
  function Se() {
    try {
      r.texImage2D.apply(r, arguments);
    } catch (I) {
      console.error("THREE.WebGLState:", I);
    }
  }
  function A() {
    try {
      r.texImage3D.apply(r, arguments);
    } catch (I) {
      console.error("THREE.WebGLState:", I);
    }
  }
  function he(I) {
    ue.equals(I) === !1 && (r.scissor(I.x, I.y, I.z, I.w), ue.copy(I));
  }
  function we(I) {
    le.equals(I) === !1 && (r.viewport(I.x, I.y, I.z, I.w), le.copy(I));
  }
  function de() {
    r.disable(3042), r.disable(2884), r.disable(2929), r.disable(32823), r.disable(3089), r.disable(2960), r.disable(32926), r.blendEquation(32774), r.blendFunc(1, 0), r.blendFuncSeparate(1, 0, 1, 0), r.colorMask(!0, !0, !0, !0), r.clearColor(0, 0, 0, 0), r.depthMask(!0), r.depthFunc(513), r.clearDepth(1), r.stencilMask(4294967295), r.stencilFunc(519, 0, 4294967295), r.stencilOp(7680, 7680, 7680), r.clearStencil(0), r.cullFace(1029), r.frontFace(2305), r.polygonOffset(0, 0), r.activeTexture(33984), r.bindFramebuffer(36160, null), n === !0 && (r.bindFramebuffer(36009, null), r.bindFramebuffer(36008, null)), r.useProgram(null), r.lineWidth(1), r.scissor(0, 0, r.canvas.width, r.canvas.height), r.viewport(0, 0, r.canvas.width, r.canvas.height), h = {}, q = null, O = {}, u = {}, d = /* @__PURE__ */ new WeakMap(), f = [], g = null, p = !1, m = null, y = null, _ = null, S = null, w = null, x = null, L = null, D = !1, T = null, N = null, P = null, b = null, R = null, ue.set(0, 0, r.canvas.width, r.canvas.height), le.set(0, 0, r.canvas.width, r.canvas.height), a.reset(), l.reset(), c.reset();
  }
  return {
    buffers: {
      color: a,
      depth: l,
      stencil: c
    },
    enable: Ce,
    disable: ee,
    bindFramebuffer: j,
    drawBuffers: U,
    useProgram: oe,
    setBlending: B,
    setMaterial: H,
    setFlipSided: V,
    setCullFace: ie,
    setLineWidth: te,
    setPolygonOffset: _e,
    setScissorTest: be,
    activeTexture: ce,
    bindTexture: Te,
    unbindTexture: Re,
    compressedTexImage2D: E,
    texImage2D: Se,
    texImage3D: A,
    texStorage2D: ae,
    texStorage3D: fe,
    texSubImage2D: v,
    texSubImage3D: k,
    compressedTexSubImage2D: Z,
    scissor: he,
    viewport: we,
    reset: de
  };
}
function x0(r, e, t, n, i, s, o) {
  const a = i.isWebGL2, l = i.maxTextures, c = i.maxCubemapSize, h = i.maxTextureSize, u = i.maxSamples, d = e.has("WEBGL_multisampled_render_to_texture") ? e.get("WEBGL_multisampled_render_to_texture") : null, f = /OculusBrowser/g.test(navigator.userAgent), g = /* @__PURE__ */ new WeakMap();
  let p;
  const m = /* @__PURE__ */ new WeakMap();
  let y = !1;
  try {
    y = typeof OffscreenCanvas < "u" && new OffscreenCanvas(1, 1).getContext("2d") !== null;
  } catch {
  }
  function _(E, v) {
    return y ? (
      // eslint-disable-next-line compat/compat
      new OffscreenCanvas(E, v)
    ) : ds("canvas");
  }
  function S(E, v, k, Z) {
    let ae = 1;
    if ((E.width > Z || E.height > Z) && (ae = Z / Math.max(E.width, E.height)), ae < 1 || v === !0)
      if (typeof HTMLImageElement < "u" && E instanceof HTMLImageElement || typeof HTMLCanvasElement < "u" && E instanceof HTMLCanvasElement || typeof ImageBitmap < "u" && E instanceof ImageBitmap) {
        const fe = v ? ea : Math.floor, Se = fe(ae * E.width), A = fe(ae * E.height);
        p === void 0 && (p = _(Se, A));
        const he = k ? _(Se, A) : p;
        return he.width = Se, he.height = A, he.getContext("2d").drawImage(E, 0, 0, Se, A), console.warn("THREE.WebGLRenderer: Texture has been resized from (" + E.width + "x" + E.height + ") to (" + Se + "x" + A + ")."), he;
      } else
        return "data" in E && console.warn("THREE.WebGLRenderer: Image in DataTexture is too big (" + E.width + "x" + E.height + ")."), E;
    return E;
  }
  function w(E) {
    return wl(E.width) && wl(E.height);
  }
  function x(E) {
    return a ? !1 : E.wrapS !== Ht || E.wrapT !== Ht || E.minFilter !== pt && E.minFilter !== St;
  }
  function L(E, v) {
    return E.generateMipmaps && v && E.minFilter !== pt && E.minFilter !== St;
  }
  function D(E) {
    r.generateMipmap(E);
  }
  function T(E, v, k, Z, ae = !1) {
    if (a === !1) return v;
    if (E !== null) {
      if (r[E] !== void 0) return r[E];
      console.warn("THREE.WebGLRenderer: Attempt to use non-existing WebGL internal format '" + E + "'");
    }
    let fe = v;
    return v === 6403 && (k === 5126 && (fe = 33326), k === 5131 && (fe = 33325), k === 5121 && (fe = 33321)), v === 33319 && (k === 5126 && (fe = 33328), k === 5131 && (fe = 33327), k === 5121 && (fe = 33323)), v === 6408 && (k === 5126 && (fe = 34836), k === 5131 && (fe = 34842), k === 5121 && (fe = Z === et && ae === !1 ? 35907 : 32856), k === 32819 && (fe = 32854), k === 32820 && (fe = 32855)), (fe === 33325 || fe === 33326 || fe === 33327 || fe === 33328 || fe === 34842 || fe === 34836) && e.get("EXT_color_buffer_float"), fe;
  }
  function N(E, v, k) {
    return L(E, k) === !0 || E.isFramebufferTexture && E.minFilter !== pt && E.minFilter !== St ? Math.log2(Math.max(v.width, v.height)) + 1 : E.mipmaps !== void 0 && E.mipmaps.length > 0 ? E.mipmaps.length : E.isCompressedTexture && Array.isArray(E.image) ? v.mipmaps.length : 1;
  }
  function P(E) {
    return E === pt || E === Ka || E === Qa ? 9728 : 9729;
  }
  function b(E) {
    const v = E.target;
    v.removeEventListener("dispose", b), $(v), v.isVideoTexture && g.delete(v);
  }
  function R(E) {
    const v = E.target;
    v.removeEventListener("dispose", R), X(v);
  }
  function $(E) {
    const v = n.get(E);
    if (v.__webglInit === void 0) return;
    const k = E.source, Z = m.get(k);
    if (Z) {
      const ae = Z[v.__cacheKey];
      ae.usedTimes--, ae.usedTimes === 0 && z(E), Object.keys(Z).length === 0 && m.delete(k);
    }
    n.remove(E);
  }
  function z(E) {
    const v = n.get(E);
    r.deleteTexture(v.__webglTexture);
    const k = E.source, Z = m.get(k);
    delete Z[v.__cacheKey], o.memory.textures--;
  }
  function X(E) {
    const v = E.texture, k = n.get(E), Z = n.get(v);
    if (Z.__webglTexture !== void 0 && (r.deleteTexture(Z.__webglTexture), o.memory.textures--), E.depthTexture && E.depthTexture.dispose(), E.isWebGLCubeRenderTarget)
      for (let ae = 0; ae < 6; ae++)
        r.deleteFramebuffer(k.__webglFramebuffer[ae]), k.__webglDepthbuffer && r.deleteRenderbuffer(k.__webglDepthbuffer[ae]);
    else
      r.deleteFramebuffer(k.__webglFramebuffer), k.__webglDepthbuffer && r.deleteRenderbuffer(k.__webglDepthbuffer), k.__webglMultisampledFramebuffer && r.deleteFramebuffer(k.__webglMultisampledFramebuffer), k.__webglColorRenderbuffer && r.deleteRenderbuffer(k.__webglColorRenderbuffer), k.__webglDepthRenderbuffer && r.deleteRenderbuffer(k.__webglDepthRenderbuffer);
    if (E.isWebGLMultipleRenderTargets)
      for (let ae = 0, fe = v.length; ae < fe; ae++) {
        const Se = n.get(v[ae]);
        Se.__webglTexture && (r.deleteTexture(Se.__webglTexture), o.memory.textures--), n.remove(v[ae]);
      }
    n.remove(v), n.remove(E);
  }
  let G = 0;
  function q() {
    G = 0;
  }
  function O() {
    const E = G;
    return E >= l && console.warn("THREE.WebGLTextures: Trying to use " + E + " texture units while this GPU supports only " + l), G += 1, E;
  }
  function ne(E) {
    const v = [];
    return v.push(E.wrapS), v.push(E.wrapT), v.push(E.magFilter), v.push(E.minFilter), v.push(E.anisotropy), v.push(E.internalFormat), v.push(E.format), v.push(E.type), v.push(E.generateMipmaps), v.push(E.premultiplyAlpha), v.push(E.flipY), v.push(E.unpackAlignment), v.push(E.encoding), v.join();
  }
  function Q(E, v) {
    const k = n.get(E);
    if (E.isVideoTexture && Te(E), E.isRenderTargetTexture === !1 && E.version > 0 && k.__version !== E.version) {
      const Z = E.image;
      if (Z === null)
        console.warn("THREE.WebGLRenderer: Texture marked for update but no image data found.");
      else if (Z.complete === !1)
        console.warn("THREE.WebGLRenderer: Texture marked for update but image is incomplete");
      else {
        U(k, E, v);
        return;
      }
    }
    t.activeTexture(33984 + v), t.bindTexture(3553, k.__webglTexture);
  }
  function ue(E, v) {
    const k = n.get(E);
    if (E.version > 0 && k.__version !== E.version) {
      U(k, E, v);
      return;
    }
    t.activeTexture(33984 + v), t.bindTexture(35866, k.__webglTexture);
  }
  function le(E, v) {
    const k = n.get(E);
    if (E.version > 0 && k.__version !== E.version) {
      U(k, E, v);
      return;
    }
    t.activeTexture(33984 + v), t.bindTexture(32879, k.__webglTexture);
  }
  function Me(E, v) {
    const k = n.get(E);
    if (E.version > 0 && k.__version !== E.version) {
      oe(k, E, v);
      return;
    }
    t.activeTexture(33984 + v), t.bindTexture(34067, k.__webglTexture);
  }
  const Pe = {
    [$o]: 10497,
    [Ht]: 33071,
    [Jo]: 33648
  }, Ce = {
    [pt]: 9728,
    [Ka]: 9984,
    [Qa]: 9986,
    [St]: 9729,
    [pd]: 9985,
    [Pr]: 9987
  };
  function ee(E, v, k) {
    if (k ? (r.texParameteri(E, 10242, Pe[v.wrapS]), r.texParameteri(E, 10243, Pe[v.wrapT]), (E === 32879 || E === 35866) && r.texParameteri(E, 32882, Pe[v.wrapR]), r.texParameteri(E, 10240, Ce[v.magFilter]), r.texParameteri(E, 10241, Ce[v.minFilter])) : (r.texParameteri(E, 10242, 33071), r.texParameteri(E, 10243, 33071), (E === 32879 || E === 35866) && r.texParameteri(E, 32882, 33071), (v.wrapS !== Ht || v.wrapT !== Ht) && console.warn("THREE.WebGLRenderer: Texture is not power of two. Texture.wrapS and Texture.wrapT should be set to THREE.ClampToEdgeWrapping."), r.texParameteri(E, 10240, P(v.magFilter)), r.texParameteri(E, 10241, P(v.minFilter)), v.minFilter !== pt && v.minFilter !== St && console.warn("THREE.WebGLRenderer: Texture is not power of two. Texture.minFilter should be set to THREE.NearestFilter or THREE.LinearFilter.")), e.has("EXT_texture_filter_anisotropic") === !0) {
      const Z = e.get("EXT_texture_filter_anisotropic");
      if (v.type === Un && e.has("OES_texture_float_linear") === !1 || a === !1 && v.type === Ei && e.has("OES_texture_half_float_linear") === !1) return;
      (v.anisotropy > 1 || n.get(v).__currentAnisotropy) && (r.texParameterf(E, Z.TEXTURE_MAX_ANISOTROPY_EXT, Math.min(v.anisotropy, i.getMaxAnisotropy())), n.get(v).__currentAnisotropy = v.anisotropy);
    }
  }
  function j(E, v) {
    let k = !1;
    E.__webglInit === void 0 && (E.__webglInit = !0, v.addEventListener("dispose", b));
    const Z = v.source;
    let ae = m.get(Z);
    ae === void 0 && (ae = {}, m.set(Z, ae));
    const fe = ne(v);
    if (fe !== E.__cacheKey) {
      ae[fe] === void 0 && (ae[fe] = {
        texture: r.createTexture(),
        usedTimes: 0
      }, o.memory.textures++, k = !0), ae[fe].usedTimes++;
      const Se = ae[E.__cacheKey];
      Se !== void 0 && (ae[E.__cacheKey].usedTimes--, Se.usedTimes === 0 && z(v)), E.__cacheKey = fe, E.__webglTexture = ae[fe].texture;
    }
    return k;
  }
  function U(E, v, k) {
    let Z = 3553;
    v.isDataArrayTexture && (Z = 35866), v.isData3DTexture && (Z = 32879);
    const ae = j(E, v), fe = v.source;
    if (t.activeTexture(33984 + k), t.bindTexture(Z, E.__webglTexture), fe.version !== fe.__currentVersion || ae === !0) {
      r.pixelStorei(37440, v.flipY), r.pixelStorei(37441, v.premultiplyAlpha), r.pixelStorei(3317, v.unpackAlignment), r.pixelStorei(37443, 0);
      const Se = x(v) && w(v.image) === !1;
      let A = S(v.image, Se, !1, h);
      A = Re(v, A);
      const he = w(A) || a, we = s.convert(v.format, v.encoding);
      let de = s.convert(v.type), I = T(v.internalFormat, we, de, v.encoding, v.isVideoTexture);
      ee(Z, v, he);
      let ge;
      const me = v.mipmaps, Le = a && v.isVideoTexture !== !0, xe = E.__version === void 0, Ae = N(v, A, he);
      if (v.isDepthTexture)
        I = 6402, a ? v.type === Un ? I = 36012 : v.type === mr ? I = 33190 : v.type === Ti ? I = 35056 : I = 33189 : v.type === Un && console.error("WebGLRenderer: Floating point depth texture requires WebGL2."), v.format === Hn && I === 6402 && v.type !== hs && v.type !== mr && (console.warn("THREE.WebGLRenderer: Use UnsignedShortType or UnsignedIntType for DepthFormat DepthTexture."), v.type = hs, de = s.convert(v.type)), v.format === Ii && I === 6402 && (I = 34041, v.type !== Ti && (console.warn("THREE.WebGLRenderer: Use UnsignedInt248Type for DepthStencilFormat DepthTexture."), v.type = Ti, de = s.convert(v.type))), Le && xe ? t.texStorage2D(3553, 1, I, A.width, A.height) : t.texImage2D(3553, 0, I, A.width, A.height, 0, we, de, null);
      else if (v.isDataTexture)
        if (me.length > 0 && he) {
          Le && xe && t.texStorage2D(3553, Ae, I, me[0].width, me[0].height);
          for (let ye = 0, Ne = me.length; ye < Ne; ye++)
            ge = me[ye], Le ? t.texSubImage2D(3553, ye, 0, 0, ge.width, ge.height, we, de, ge.data) : t.texImage2D(3553, ye, I, ge.width, ge.height, 0, we, de, ge.data);
          v.generateMipmaps = !1;
        } else
          Le ? (xe && t.texStorage2D(3553, Ae, I, A.width, A.height), t.texSubImage2D(3553, 0, 0, 0, A.width, A.height, we, de, A.data)) : t.texImage2D(3553, 0, I, A.width, A.height, 0, we, de, A.data);
      else if (v.isCompressedTexture) {
        Le && xe && t.texStorage2D(3553, Ae, I, me[0].width, me[0].height);
        for (let ye = 0, Ne = me.length; ye < Ne; ye++)
          ge = me[ye], v.format !== Vt ? we !== null ? Le ? t.compressedTexSubImage2D(3553, ye, 0, 0, ge.width, ge.height, we, ge.data) : t.compressedTexImage2D(3553, ye, I, ge.width, ge.height, 0, ge.data) : console.warn("THREE.WebGLRenderer: Attempt to load unsupported compressed texture format in .uploadTexture()") : Le ? t.texSubImage2D(3553, ye, 0, 0, ge.width, ge.height, we, de, ge.data) : t.texImage2D(3553, ye, I, ge.width, ge.height, 0, we, de, ge.data);
      } else if (v.isDataArrayTexture)
        Le ? (xe && t.texStorage3D(35866, Ae, I, A.width, A.height, A.depth), t.texSubImage3D(35866, 0, 0, 0, 0, A.width, A.height, A.depth, we, de, A.data)) : t.texImage3D(35866, 0, I, A.width, A.height, A.depth, 0, we, de, A.data);
      else if (v.isData3DTexture)
        Le ? (xe && t.texStorage3D(32879, Ae, I, A.width, A.height, A.depth), t.texSubImage3D(32879, 0, 0, 0, 0, A.width, A.height, A.depth, we, de, A.data)) : t.texImage3D(32879, 0, I, A.width, A.height, A.depth, 0, we, de, A.data);
      else if (v.isFramebufferTexture)
        Le && xe ? t.texStorage2D(3553, Ae, I, A.width, A.height) : t.texImage2D(3553, 0, I, A.width, A.height, 0, we, de, null);
      else if (me.length > 0 && he) {
        Le && xe && t.texStorage2D(3553, Ae, I, me[0].width, me[0].height);
        for (let ye = 0, Ne = me.length; ye < Ne; ye++)
          ge = me[ye], Le ? t.texSubImage2D(3553, ye, 0, 0, we, de, ge) : t.texImage2D(3553, ye, I, we, de, ge);
        v.generateMipmaps = !1;
      } else
        Le ? (xe && t.texStorage2D(3553, Ae, I, A.width, A.height), t.texSubImage2D(3553, 0, 0, 0, we, de, A)) : t.texImage2D(3553, 0, I, we, de, A);
      L(v, he) && D(Z), fe.__currentVersion = fe.version, v.onUpdate && v.onUpdate(v);
    }
    E.__version = v.version;
  }
  function oe(E, v, k) {
    if (v.image.length !== 6) return;
    const Z = j(E, v), ae = v.source;
    if (t.activeTexture(33984 + k), t.bindTexture(34067, E.__webglTexture), ae.version !== ae.__currentVersion || Z === !0) {
      r.pixelStorei(37440, v.flipY), r.pixelStorei(37441, v.premultiplyAlpha), r.pixelStorei(3317, v.unpackAlignment), r.pixelStorei(37443, 0);
      const fe = v.isCompressedTexture || v.image[0].isCompressedTexture, Se = v.image[0] && v.image[0].isDataTexture, A = [];
      for (let ye = 0; ye < 6; ye++)
        !fe && !Se ? A[ye] = S(v.image[ye], !1, !0, c) : A[ye] = Se ? v.image[ye].image : v.image[ye], A[ye] = Re(v, A[ye]);
      const he = A[0], we = w(he) || a, de = s.convert(v.format, v.encoding), I = s.convert(v.type), ge = T(v.internalFormat, de, I, v.encoding), me = a && v.isVideoTexture !== !0, Le = E.__version === void 0;
      let xe = N(v, he, we);
      ee(34067, v, we);
      let Ae;
      if (fe) {
        me && Le && t.texStorage2D(34067, xe, ge, he.width, he.height);
        for (let ye = 0; ye < 6; ye++) {
          Ae = A[ye].mipmaps;
          for (let Ne = 0; Ne < Ae.length; Ne++) {
            const Je = Ae[Ne];
            v.format !== Vt ? de !== null ? me ? t.compressedTexSubImage2D(34069 + ye, Ne, 0, 0, Je.width, Je.height, de, Je.data) : t.compressedTexImage2D(34069 + ye, Ne, ge, Je.width, Je.height, 0, Je.data) : console.warn("THREE.WebGLRenderer: Attempt to load unsupported compressed texture format in .setTextureCube()") : me ? t.texSubImage2D(34069 + ye, Ne, 0, 0, Je.width, Je.height, de, I, Je.data) : t.texImage2D(34069 + ye, Ne, ge, Je.width, Je.height, 0, de, I, Je.data);
          }
        }
      } else {
        Ae = v.mipmaps, me && Le && (Ae.length > 0 && xe++, t.texStorage2D(34067, xe, ge, A[0].width, A[0].height));
        for (let ye = 0; ye < 6; ye++)
          if (Se) {
            me ? t.texSubImage2D(34069 + ye, 0, 0, 0, A[ye].width, A[ye].height, de, I, A[ye].data) : t.texImage2D(34069 + ye, 0, ge, A[ye].width, A[ye].height, 0, de, I, A[ye].data);
            for (let Ne = 0; Ne < Ae.length; Ne++) {
              const Ge = Ae[Ne].image[ye].image;
              me ? t.texSubImage2D(34069 + ye, Ne + 1, 0, 0, Ge.width, Ge.height, de, I, Ge.data) : t.texImage2D(34069 + ye, Ne + 1, ge, Ge.width, Ge.height, 0, de, I, Ge.data);
            }
          } else {
            me ? t.texSubImage2D(34069 + ye, 0, 0, 0, de, I, A[ye]) : t.texImage2D(34069 + ye, 0, ge, de, I, A[ye]);
            for (let Ne = 0; Ne < Ae.length; Ne++) {
              const Je = Ae[Ne];
              me ? t.texSubImage2D(34069 + ye, Ne + 1, 0, 0, de, I, Je.image[ye]) : t.texImage2D(34069 + ye, Ne + 1, ge, de, I, Je.image[ye]);
            }
          }
      }
      L(v, we) && D(34067), ae.__currentVersion = ae.version, v.onUpdate && v.onUpdate(v);
    }
    E.__version = v.version;
  }
  function F(E, v, k, Z, ae) {
    const fe = s.convert(k.format, k.encoding), Se = s.convert(k.type), A = T(k.internalFormat, fe, Se, k.encoding);
    n.get(v).__hasExternalTextures || (ae === 32879 || ae === 35866 ? t.texImage3D(ae, 0, A, v.width, v.height, v.depth, 0, fe, Se, null) : t.texImage2D(ae, 0, A, v.width, v.height, 0, fe, Se, null)), t.bindFramebuffer(36160, E), ce(v) ? d.framebufferTexture2DMultisampleEXT(36160, Z, ae, n.get(k).__webglTexture, 0, be(v)) : r.framebufferTexture2D(36160, Z, ae, n.get(k).__webglTexture, 0), t.bindFramebuffer(36160, null);
  }
  function re(E, v, k) {
    if (r.bindRenderbuffer(36161, E), v.depthBuffer && !v.stencilBuffer) {
      let Z = 33189;
      if (k || ce(v)) {
        const ae = v.depthTexture;
        ae && ae.isDepthTexture && (ae.type === Un ? Z = 36012 : ae.type === mr && (Z = 33190));
        const fe = be(v);
        ce(v) ? d.renderbufferStorageMultisampleEXT(36161, fe, Z, v.width, v.height) : r.renderbufferStorageMultisample(36161, fe, Z, v.width, v.height);
      } else
        r.renderbufferStorage(36161, Z, v.width, v.height);
      r.framebufferRenderbuffer(36160, 36096, 36161, E);
    } else if (v.depthBuffer && v.stencilBuffer) {
      const Z = be(v);
      k && ce(v) === !1 ? r.renderbufferStorageMultisample(36161, Z, 35056, v.width, v.height) : ce(v) ? d.renderbufferStorageMultisampleEXT(36161, Z, 35056, v.width, v.height) : r.renderbufferStorage(36161, 34041, v.width, v.height), r.framebufferRenderbuffer(36160, 33306, 36161, E);
    } else {
      const Z = v.isWebGLMultipleRenderTargets === !0 ? v.texture[0] : v.texture, ae = s.convert(Z.format, Z.encoding), fe = s.convert(Z.type), Se = T(Z.internalFormat, ae, fe, Z.encoding), A = be(v);
      k && ce(v) === !1 ? r.renderbufferStorageMultisample(36161, A, Se, v.width, v.height) : ce(v) ? d.renderbufferStorageMultisampleEXT(36161, A, Se, v.width, v.height) : r.renderbufferStorage(36161, Se, v.width, v.height);
    }
    r.bindRenderbuffer(36161, null);
  }
  function B(E, v) {
    if (v && v.isWebGLCubeRenderTarget) throw new Error("Depth Texture with cube render targets is not supported");
    if (t.bindFramebuffer(36160, E), !(v.depthTexture && v.depthTexture.isDepthTexture))
      throw new Error("renderTarget.depthTexture must be an instance of THREE.DepthTexture");
    (!n.get(v.depthTexture).__webglTexture || v.depthTexture.image.width !== v.width || v.depthTexture.image.height !== v.height) && (v.depthTexture.image.width = v.width, v.depthTexture.image.height = v.height, v.depthTexture.needsUpdate = !0), Q(v.depthTexture, 0);
    const Z = n.get(v.depthTexture).__webglTexture, ae = be(v);
    if (v.depthTexture.format === Hn)
      ce(v) ? d.framebufferTexture2DMultisampleEXT(36160, 36096, 3553, Z, 0, ae) : r.framebufferTexture2D(36160, 36096, 3553, Z, 0);
    else if (v.depthTexture.format === Ii)
      ce(v) ? d.framebufferTexture2DMultisampleEXT(36160, 33306, 3553, Z, 0, ae) : r.framebufferTexture2D(36160, 33306, 3553, Z, 0);
    else
      throw new Error("Unknown depthTexture format");
  }
  function H(E) {
    const v = n.get(E), k = E.isWebGLCubeRenderTarget === !0;
    if (E.depthTexture && !v.__autoAllocateDepthBuffer) {
      if (k) throw new Error("target.depthTexture not supported in Cube render targets");
      B(v.__webglFramebuffer, E);
    } else if (k) {
      v.__webglDepthbuffer = [];
      for (let Z = 0; Z < 6; Z++)
        t.bindFramebuffer(36160, v.__webglFramebuffer[Z]), v.__webglDepthbuffer[Z] = r.createRenderbuffer(), re(v.__webglDepthbuffer[Z], E, !1);
    } else
      t.bindFramebuffer(36160, v.__webglFramebuffer), v.__webglDepthbuffer = r.createRenderbuffer(), re(v.__webglDepthbuffer, E, !1);
    t.bindFramebuffer(36160, null);
  }
  function V(E, v, k) {
    const Z = n.get(E);
    v !== void 0 && F(Z.__webglFramebuffer, E, E.texture, 36064, 3553), k !== void 0 && H(E);
  }
  function ie(E) {
    const v = E.texture, k = n.get(E), Z = n.get(v);
    E.addEventListener("dispose", R), E.isWebGLMultipleRenderTargets !== !0 && (Z.__webglTexture === void 0 && (Z.__webglTexture = r.createTexture()), Z.__version = v.version, o.memory.textures++);
    const ae = E.isWebGLCubeRenderTarget === !0, fe = E.isWebGLMultipleRenderTargets === !0, Se = w(E) || a;
    if (ae) {
      k.__webglFramebuffer = [];
      for (let A = 0; A < 6; A++)
        k.__webglFramebuffer[A] = r.createFramebuffer();
    } else if (k.__webglFramebuffer = r.createFramebuffer(), fe)
      if (i.drawBuffers) {
        const A = E.texture;
        for (let he = 0, we = A.length; he < we; he++) {
          const de = n.get(A[he]);
          de.__webglTexture === void 0 && (de.__webglTexture = r.createTexture(), o.memory.textures++);
        }
      } else
        console.warn("THREE.WebGLRenderer: WebGLMultipleRenderTargets can only be used with WebGL2 or WEBGL_draw_buffers extension.");
    else if (a && E.samples > 0 && ce(E) === !1) {
      k.__webglMultisampledFramebuffer = r.createFramebuffer(), k.__webglColorRenderbuffer = r.createRenderbuffer(), r.bindRenderbuffer(36161, k.__webglColorRenderbuffer);
      const A = s.convert(v.format, v.encoding), he = s.convert(v.type), we = T(v.internalFormat, A, he, v.encoding), de = be(E);
      r.renderbufferStorageMultisample(36161, de, we, E.width, E.height), t.bindFramebuffer(36160, k.__webglMultisampledFramebuffer), r.framebufferRenderbuffer(36160, 36064, 36161, k.__webglColorRenderbuffer), r.bindRenderbuffer(36161, null), E.depthBuffer && (k.__webglDepthRenderbuffer = r.createRenderbuffer(), re(k.__webglDepthRenderbuffer, E, !0)), t.bindFramebuffer(36160, null);
    }
    if (ae) {
      t.bindTexture(34067, Z.__webglTexture), ee(34067, v, Se);
      for (let A = 0; A < 6; A++)
        F(k.__webglFramebuffer[A], E, v, 36064, 34069 + A);
      L(v, Se) && D(34067), t.unbindTexture();
    } else if (fe) {
      const A = E.texture;
      for (let he = 0, we = A.length; he < we; he++) {
        const de = A[he], I = n.get(de);
        t.bindTexture(3553, I.__webglTexture), ee(3553, de, Se), F(k.__webglFramebuffer, E, de, 36064 + he, 3553), L(de, Se) && D(3553);
      }
      t.unbindTexture();
    } else {
      let A = 3553;
      (E.isWebGL3DRenderTarget || E.isWebGLArrayRenderTarget) && (a ? A = E.isWebGL3DRenderTarget ? 32879 : 35866 : console.error("THREE.WebGLTextures: THREE.Data3DTexture and THREE.DataArrayTexture only supported with WebGL2.")), t.bindTexture(A, Z.__webglTexture), ee(A, v, Se), F(k.__webglFramebuffer, E, v, 36064, A), L(v, Se) && D(A), t.unbindTexture();
    }
    E.depthBuffer && H(E);
  }
  function te(E) {
    const v = w(E) || a, k = E.isWebGLMultipleRenderTargets === !0 ? E.texture : [E.texture];
    for (let Z = 0, ae = k.length; Z < ae; Z++) {
      const fe = k[Z];
      if (L(fe, v)) {
        const Se = E.isWebGLCubeRenderTarget ? 34067 : 3553, A = n.get(fe).__webglTexture;
        t.bindTexture(Se, A), D(Se), t.unbindTexture();
      }
    }
  }
  function _e(E) {
    if (a && E.samples > 0 && ce(E) === !1) {
      const v = E.width, k = E.height;
      let Z = 16384;
      const ae = [36064], fe = E.stencilBuffer ? 33306 : 36096;
      E.depthBuffer && ae.push(fe);
      const Se = n.get(E), A = Se.__ignoreDepthValues !== void 0 ? Se.__ignoreDepthValues : !1;
      A === !1 && (E.depthBuffer && (Z |= 256), E.stencilBuffer && (Z |= 1024)), t.bindFramebuffer(36008, Se.__webglMultisampledFramebuffer), t.bindFramebuffer(36009, Se.__webglFramebuffer), A === !0 && (r.invalidateFramebuffer(36008, [fe]), r.invalidateFramebuffer(36009, [fe])), r.blitFramebuffer(0, 0, v, k, 0, 0, v, k, Z, 9728), f && r.invalidateFramebuffer(36008, ae), t.bindFramebuffer(36008, null), t.bindFramebuffer(36009, Se.__webglMultisampledFramebuffer);
    }
  }
  function be(E) {
    return Math.min(u, E.samples);
  }
  function ce(E) {
    const v = n.get(E);
    return a && E.samples > 0 && e.has("WEBGL_multisampled_render_to_texture") === !0 && v.__useRenderToTexture !== !1;
  }
  function Te(E) {
    const v = o.render.frame;
    g.get(E) !== v && (g.set(E, v), E.update());
  }
  function Re(E, v) {
    const k = E.encoding, Z = E.format, ae = E.type;
    return E.isCompressedTexture === !0 || E.isVideoTexture === !0 || E.format === Ko || k !== fn && (k === et ? a === !1 ? e.has("EXT_sRGB") === !0 && Z === Vt ? (E.format = Ko, E.minFilter = St, E.generateMipmaps = !1) : v = qn.sRGBToLinear(v) : (Z !== Vt || ae !== Wn) && console.warn("THREE.WebGLTextures: sRGB encoded textures have to use RGBAFormat and UnsignedByteType.") : console.error("THREE.WebGLTextures: Unsupported texture encoding:", k)), v;
  }
  this.allocateTextureUnit = O, this.resetTextureUnits = q, this.setTexture2D = Q, this.setTexture2DArray = ue, this.setTexture3D = le, this.setTextureCube = Me, this.rebindTextures = V, this.setupRenderTarget = ie, this.updateRenderTargetMipmap = te, this.updateMultisampleRenderTarget = _e, this.setupDepthRenderbuffer = H, this.setupFrameBufferTexture = F, this.useMultisampledRTT = ce;
}
function _0(r, e, t) {
  const n = t.isWebGL2;
  function i(s, o = null) {
    let a;
    if (s === Wn) return 5121;
    if (s === vd) return 32819;
    if (s === xd) return 32820;
    if (s === md) return 5120;
    if (s === gd) return 5122;
    if (s === hs) return 5123;
    if (s === yd) return 5124;
    if (s === mr) return 5125;
    if (s === Un) return 5126;
    if (s === Ei)
      return n ? 5131 : (a = e.get("OES_texture_half_float"), a !== null ? a.HALF_FLOAT_OES : null);
    if (s === _d) return 6406;
    if (s === Vt) return 6408;
    if (s === wd) return 6409;
    if (s === Md) return 6410;
    if (s === Hn) return 6402;
    if (s === Ii) return 34041;
    if (s === Sd) return 6403;
    if (s === bd)
      return console.warn("THREE.WebGLRenderer: THREE.RGBFormat has been removed. Use THREE.RGBAFormat instead. https://github.com/mrdoob/three.js/pull/23228"), 6408;
    if (s === Ko)
      return a = e.get("EXT_sRGB"), a !== null ? a.SRGB_ALPHA_EXT : null;
    if (s === Ed) return 36244;
    if (s === Td) return 33319;
    if (s === Ad) return 33320;
    if (s === Cd) return 36249;
    if (s === qr || s === Xr || s === Yr || s === Zr)
      if (o === et)
        if (a = e.get("WEBGL_compressed_texture_s3tc_srgb"), a !== null) {
          if (s === qr) return a.COMPRESSED_SRGB_S3TC_DXT1_EXT;
          if (s === Xr) return a.COMPRESSED_SRGB_ALPHA_S3TC_DXT1_EXT;
          if (s === Yr) return a.COMPRESSED_SRGB_ALPHA_S3TC_DXT3_EXT;
          if (s === Zr) return a.COMPRESSED_SRGB_ALPHA_S3TC_DXT5_EXT;
        } else
          return null;
      else if (a = e.get("WEBGL_compressed_texture_s3tc"), a !== null) {
        if (s === qr) return a.COMPRESSED_RGB_S3TC_DXT1_EXT;
        if (s === Xr) return a.COMPRESSED_RGBA_S3TC_DXT1_EXT;
        if (s === Yr) return a.COMPRESSED_RGBA_S3TC_DXT3_EXT;
        if (s === Zr) return a.COMPRESSED_RGBA_S3TC_DXT5_EXT;
      } else
        return null;
    if (s === el || s === tl || s === nl || s === il)
      if (a = e.get("WEBGL_compressed_texture_pvrtc"), a !== null) {
        if (s === el) return a.COMPRESSED_RGB_PVRTC_4BPPV1_IMG;
        if (s === tl) return a.COMPRESSED_RGB_PVRTC_2BPPV1_IMG;
        if (s === nl) return a.COMPRESSED_RGBA_PVRTC_4BPPV1_IMG;
        if (s === il) return a.COMPRESSED_RGBA_PVRTC_2BPPV1_IMG;
      } else
        return null;
    if (s === Ld)
      return a = e.get("WEBGL_compressed_texture_etc1"), a !== null ? a.COMPRESSED_RGB_ETC1_WEBGL : null;
    if (s === sl || s === rl)
      if (a = e.get("WEBGL_compressed_texture_etc"), a !== null) {
        if (s === sl) return o === et ? a.COMPRESSED_SRGB8_ETC2 : a.COMPRESSED_RGB8_ETC2;
        if (s === rl) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ETC2_EAC : a.COMPRESSED_RGBA8_ETC2_EAC;
      } else
        return null;
    if (s === ol || s === al || s === ll || s === cl || s === hl || s === ul || s === dl || s === fl || s === pl || s === ml || s === gl || s === yl || s === vl || s === xl)
      if (a = e.get("WEBGL_compressed_texture_astc"), a !== null) {
        if (s === ol) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_4x4_KHR : a.COMPRESSED_RGBA_ASTC_4x4_KHR;
        if (s === al) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_5x4_KHR : a.COMPRESSED_RGBA_ASTC_5x4_KHR;
        if (s === ll) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_5x5_KHR : a.COMPRESSED_RGBA_ASTC_5x5_KHR;
        if (s === cl) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_6x5_KHR : a.COMPRESSED_RGBA_ASTC_6x5_KHR;
        if (s === hl) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_6x6_KHR : a.COMPRESSED_RGBA_ASTC_6x6_KHR;
        if (s === ul) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_8x5_KHR : a.COMPRESSED_RGBA_ASTC_8x5_KHR;
        if (s === dl) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_8x6_KHR : a.COMPRESSED_RGBA_ASTC_8x6_KHR;
        if (s === fl) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_8x8_KHR : a.COMPRESSED_RGBA_ASTC_8x8_KHR;
        if (s === pl) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_10x5_KHR : a.COMPRESSED_RGBA_ASTC_10x5_KHR;
        if (s === ml) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_10x6_KHR : a.COMPRESSED_RGBA_ASTC_10x6_KHR;
        if (s === gl) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_10x8_KHR : a.COMPRESSED_RGBA_ASTC_10x8_KHR;
        if (s === yl) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_10x10_KHR : a.COMPRESSED_RGBA_ASTC_10x10_KHR;
        if (s === vl) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_12x10_KHR : a.COMPRESSED_RGBA_ASTC_12x10_KHR;
        if (s === xl) return o === et ? a.COMPRESSED_SRGB8_ALPHA8_ASTC_12x12_KHR : a.COMPRESSED_RGBA_ASTC_12x12_KHR;
      } else
        return null;
    if (s === _l)
      if (a = e.get("EXT_texture_compression_bptc"), a !== null) {
        if (s === _l) return o === et ? a.COMPRESSED_SRGB_ALPHA_BPTC_UNORM_EXT : a.COMPRESSED_RGBA_BPTC_UNORM_EXT;
      } else
        return null;
    if (s === Ti)
      return n ? 34042 : (a = e.get("WEBGL_depth_texture"), a !== null ? a.UNSIGNED_INT_24_8_WEBGL : null);
  }
  return { convert: i };
}
class Gh extends Et {
  constructor(e = []) {
    super(), this.cameras = e;
  }
}
Gh.prototype.isArrayCamera = !0;
class is extends ze {
  constructor() {
    super(), this.type = "Group";
  }
}
is.prototype.isGroup = !0;
const b0 = { type: "move" };
class Eo {
  constructor() {
    this._targetRay = null, this._grip = null, this._hand = null;
  }
  getHandSpace() {
    return this._hand === null && (this._hand = new is(), this._hand.matrixAutoUpdate = !1, this._hand.visible = !1, this._hand.joints = {}, this._hand.inputState = { pinching: !1 }), this._hand;
  }
  getTargetRaySpace() {
    return this._targetRay === null && (this._targetRay = new is(), this._targetRay.matrixAutoUpdate = !1, this._targetRay.visible = !1, this._targetRay.hasLinearVelocity = !1, this._targetRay.linearVelocity = new M(), this._targetRay.hasAngularVelocity = !1, this._targetRay.angularVelocity = new M()), this._targetRay;
  }
  getGripSpace() {
    return this._grip === null && (this._grip = new is(), this._grip.matrixAutoUpdate = !1, this._grip.visible = !1, this._grip.hasLinearVelocity = !1, this._grip.linearVelocity = new M(), this._grip.hasAngularVelocity = !1, this._grip.angularVelocity = new M()), this._grip;
  }
  dispatchEvent(e) {
    return this._targetRay !== null && this._targetRay.dispatchEvent(e), this._grip !== null && this._grip.dispatchEvent(e), this._hand !== null && this._hand.dispatchEvent(e), this;
  }
  disconnect(e) {
    return this.dispatchEvent({ type: "disconnected", data: e }), this._targetRay !== null && (this._targetRay.visible = !1), this._grip !== null && (this._grip.visible = !1), this._hand !== null && (this._hand.visible = !1), this;
  }
  update(e, t, n) {
    let i = null, s = null, o = null;
    const a = this._targetRay, l = this._grip, c = this._hand;
    if (e && t.session.visibilityState !== "visible-blurred")
      if (a !== null && (i = t.getPose(e.targetRaySpace, n), i !== null && (a.matrix.fromArray(i.transform.matrix), a.matrix.decompose(a.position, a.rotation, a.scale), i.linearVelocity ? (a.hasLinearVelocity = !0, a.linearVelocity.copy(i.linearVelocity)) : a.hasLinearVelocity = !1, i.angularVelocity ? (a.hasAngularVelocity = !0, a.angularVelocity.copy(i.angularVelocity)) : a.hasAngularVelocity = !1, this.dispatchEvent(b0))), c && e.hand) {
        o = !0;
        for (const p of e.hand.values()) {
          const m = t.getJointPose(p, n);
          if (c.joints[p.jointName] === void 0) {
            const _ = new is();
            _.matrixAutoUpdate = !1, _.visible = !1, c.joints[p.jointName] = _, c.add(_);
          }
          const y = c.joints[p.jointName];
          m !== null && (y.matrix.fromArray(m.transform.matrix), y.matrix.decompose(y.position, y.rotation, y.scale), y.jointRadius = m.radius), y.visible = m !== null;
        }
        const h = c.joints["index-finger-tip"], u = c.joints["thumb-tip"], d = h.position.distanceTo(u.position), f = 0.02, g = 5e-3;
        c.inputState.pinching && d > f + g ? (c.inputState.pinching = !1, this.dispatchEvent({
          type: "pinchend",
          handedness: e.handedness,
          target: this
        })) : !c.inputState.pinching && d <= f - g && (c.inputState.pinching = !0, this.dispatchEvent({
          type: "pinchstart",
          handedness: e.handedness,
          target: this
        }));
      } else
        l !== null && e.gripSpace && (s = t.getPose(e.gripSpace, n), s !== null && (l.matrix.fromArray(s.transform.matrix), l.matrix.decompose(l.position, l.rotation, l.scale), s.linearVelocity ? (l.hasLinearVelocity = !0, l.linearVelocity.copy(s.linearVelocity)) : l.hasLinearVelocity = !1, s.angularVelocity ? (l.hasAngularVelocity = !0, l.angularVelocity.copy(s.angularVelocity)) : l.hasAngularVelocity = !1));
    return a !== null && (a.visible = i !== null), l !== null && (l.visible = s !== null), c !== null && (c.visible = o !== null), this;
  }
}
class Wh extends gt {
  constructor(e, t, n, i, s, o, a, l, c, h) {
    if (h = h !== void 0 ? h : Hn, h !== Hn && h !== Ii)
      throw new Error("DepthTexture format must be either THREE.DepthFormat or THREE.DepthStencilFormat");
    n === void 0 && h === Hn && (n = hs), n === void 0 && h === Ii && (n = Ti), super(null, i, s, o, a, l, h, n, c), this.image = { width: e, height: t }, this.magFilter = a !== void 0 ? a : pt, this.minFilter = l !== void 0 ? l : pt, this.flipY = !1, this.generateMipmaps = !1;
  }
}
Wh.prototype.isDepthTexture = !0;
class w0 extends pn {
  constructor(e, t) {
    super();
    const n = this;
    let i = null, s = 1, o = null, a = "local-floor", l = null, c = null, h = null, u = null, d = null;
    const f = t.getContextAttributes();
    let g = null, p = null;
    const m = [], y = /* @__PURE__ */ new Map(), _ = new Et();
    _.layers.enable(1), _.viewport = new Xe();
    const S = new Et();
    S.layers.enable(2), S.viewport = new Xe();
    const w = [_, S], x = new Gh();
    x.layers.enable(1), x.layers.enable(2);
    let L = null, D = null;
    this.cameraAutoUpdate = !0, this.enabled = !1, this.isPresenting = !1, this.getController = function(O) {
      let ne = m[O];
      return ne === void 0 && (ne = new Eo(), m[O] = ne), ne.getTargetRaySpace();
    }, this.getControllerGrip = function(O) {
      let ne = m[O];
      return ne === void 0 && (ne = new Eo(), m[O] = ne), ne.getGripSpace();
    }, this.getHand = function(O) {
      let ne = m[O];
      return ne === void 0 && (ne = new Eo(), m[O] = ne), ne.getHandSpace();
    };
    function T(O) {
      const ne = y.get(O.inputSource);
      ne && ne.dispatchEvent({ type: O.type, data: O.inputSource });
    }
    function N() {
      y.forEach(function(O, ne) {
        O.disconnect(ne);
      }), y.clear(), L = null, D = null, e.setRenderTarget(g), u = null, h = null, c = null, i = null, p = null, q.stop(), n.isPresenting = !1, n.dispatchEvent({ type: "sessionend" });
    }
    this.setFramebufferScaleFactor = function(O) {
      s = O, n.isPresenting === !0 && console.warn("THREE.WebXRManager: Cannot change framebuffer scale while presenting.");
    }, this.setReferenceSpaceType = function(O) {
      a = O, n.isPresenting === !0 && console.warn("THREE.WebXRManager: Cannot change reference space type while presenting.");
    }, this.getReferenceSpace = function() {
      return o;
    }, this.getBaseLayer = function() {
      return h !== null ? h : u;
    }, this.getBinding = function() {
      return c;
    }, this.getFrame = function() {
      return d;
    }, this.getSession = function() {
      return i;
    }, this.setSession = async function(O) {
      if (i = O, i !== null) {
        if (g = e.getRenderTarget(), i.addEventListener("select", T), i.addEventListener("selectstart", T), i.addEventListener("selectend", T), i.addEventListener("squeeze", T), i.addEventListener("squeezestart", T), i.addEventListener("squeezeend", T), i.addEventListener("end", N), i.addEventListener("inputsourceschange", P), f.xrCompatible !== !0 && await t.makeXRCompatible(), i.renderState.layers === void 0 || e.capabilities.isWebGL2 === !1) {
          const ne = {
            antialias: i.renderState.layers === void 0 ? f.antialias : !0,
            alpha: f.alpha,
            depth: f.depth,
            stencil: f.stencil,
            framebufferScaleFactor: s
          };
          u = new XRWebGLLayer(i, t, ne), i.updateRenderState({ baseLayer: u }), p = new Lt(
            u.framebufferWidth,
            u.framebufferHeight,
            {
              format: Vt,
              type: Wn,
              encoding: e.outputEncoding
            }
          );
        } else {
          let ne = null, Q = null, ue = null;
          f.depth && (ue = f.stencil ? 35056 : 33190, ne = f.stencil ? Ii : Hn, Q = f.stencil ? Ti : hs);
          const le = {
            colorFormat: e.outputEncoding === et ? 35907 : 32856,
            depthFormat: ue,
            scaleFactor: s
          };
          c = new XRWebGLBinding(i, t), h = c.createProjectionLayer(le), i.updateRenderState({ layers: [h] }), p = new Lt(
            h.textureWidth,
            h.textureHeight,
            {
              format: Vt,
              type: Wn,
              depthTexture: new Wh(h.textureWidth, h.textureHeight, Q, void 0, void 0, void 0, void 0, void 0, void 0, ne),
              stencilBuffer: f.stencil,
              encoding: e.outputEncoding,
              samples: f.antialias ? 4 : 0
            }
          );
          const Me = e.properties.get(p);
          Me.__ignoreDepthValues = h.ignoreDepthValues;
        }
        p.isXRRenderTarget = !0, this.setFoveation(1), o = await i.requestReferenceSpace(a), q.setContext(i), q.start(), n.isPresenting = !0, n.dispatchEvent({ type: "sessionstart" });
      }
    };
    function P(O) {
      const ne = i.inputSources;
      for (let Q = 0; Q < m.length; Q++)
        y.set(ne[Q], m[Q]);
      for (let Q = 0; Q < O.removed.length; Q++) {
        const ue = O.removed[Q], le = y.get(ue);
        le && (le.dispatchEvent({ type: "disconnected", data: ue }), y.delete(ue));
      }
      for (let Q = 0; Q < O.added.length; Q++) {
        const ue = O.added[Q], le = y.get(ue);
        le && le.dispatchEvent({ type: "connected", data: ue });
      }
    }
    const b = new M(), R = new M();
    function $(O, ne, Q) {
      b.setFromMatrixPosition(ne.matrixWorld), R.setFromMatrixPosition(Q.matrixWorld);
      const ue = b.distanceTo(R), le = ne.projectionMatrix.elements, Me = Q.projectionMatrix.elements, Pe = le[14] / (le[10] - 1), Ce = le[14] / (le[10] + 1), ee = (le[9] + 1) / le[5], j = (le[9] - 1) / le[5], U = (le[8] - 1) / le[0], oe = (Me[8] + 1) / Me[0], F = Pe * U, re = Pe * oe, B = ue / (-U + oe), H = B * -U;
      ne.matrixWorld.decompose(O.position, O.quaternion, O.scale), O.translateX(H), O.translateZ(B), O.matrixWorld.compose(O.position, O.quaternion, O.scale), O.matrixWorldInverse.copy(O.matrixWorld).invert();
      const V = Pe + B, ie = Ce + B, te = F - H, _e = re + (ue - H), be = ee * Ce / ie * V, ce = j * Ce / ie * V;
      O.projectionMatrix.makePerspective(te, _e, be, ce, V, ie);
    }
    function z(O, ne) {
      ne === null ? O.matrixWorld.copy(O.matrix) : O.matrixWorld.multiplyMatrices(ne.matrixWorld, O.matrix), O.matrixWorldInverse.copy(O.matrixWorld).invert();
    }
    this.updateCamera = function(O) {
      if (i === null) return;
      x.near = S.near = _.near = O.near, x.far = S.far = _.far = O.far, (L !== x.near || D !== x.far) && (i.updateRenderState({
        depthNear: x.near,
        depthFar: x.far
      }), L = x.near, D = x.far);
      const ne = O.parent, Q = x.cameras;
      z(x, ne);
      for (let le = 0; le < Q.length; le++)
        z(Q[le], ne);
      x.matrixWorld.decompose(x.position, x.quaternion, x.scale), O.position.copy(x.position), O.quaternion.copy(x.quaternion), O.scale.copy(x.scale), O.matrix.copy(x.matrix), O.matrixWorld.copy(x.matrixWorld);
      const ue = O.children;
      for (let le = 0, Me = ue.length; le < Me; le++)
        ue[le].updateMatrixWorld(!0);
      Q.length === 2 ? $(x, _, S) : x.projectionMatrix.copy(_.projectionMatrix);
    }, this.getCamera = function() {
      return x;
    }, this.getFoveation = function() {
      if (h !== null)
        return h.fixedFoveation;
      if (u !== null)
        return u.fixedFoveation;
    }, this.setFoveation = function(O) {
      h !== null && (h.fixedFoveation = O), u !== null && u.fixedFoveation !== void 0 && (u.fixedFoveation = O);
    };
    let X = null;
    function G(O, ne) {
      if (l = ne.getViewerPose(o), d = ne, l !== null) {
        const ue = l.views;
        u !== null && (e.setRenderTargetFramebuffer(p, u.framebuffer), e.setRenderTarget(p));
        let le = !1;
        ue.length !== x.cameras.length && (x.cameras.length = 0, le = !0);
        for (let Me = 0; Me < ue.length; Me++) {
          const Pe = ue[Me];
          let Ce = null;
          if (u !== null)
            Ce = u.getViewport(Pe);
          else {
            const j = c.getViewSubImage(h, Pe);
            Ce = j.viewport, Me === 0 && (e.setRenderTargetTextures(
              p,
              j.colorTexture,
              h.ignoreDepthValues ? void 0 : j.depthStencilTexture
            ), e.setRenderTarget(p));
          }
          const ee = w[Me];
          ee.matrix.fromArray(Pe.transform.matrix), ee.projectionMatrix.fromArray(Pe.projectionMatrix), ee.viewport.set(Ce.x, Ce.y, Ce.width, Ce.height), Me === 0 && x.matrix.copy(ee.matrix), le === !0 && x.cameras.push(ee);
        }
      }
      const Q = i.inputSources;
      for (let ue = 0; ue < m.length; ue++) {
        const le = m[ue], Me = Q[ue];
        le.update(Me, ne, o);
      }
      X && X(O, ne), d = null;
    }
    const q = new Nh();
    q.setAnimationLoop(G), this.setAnimationLoop = function(O) {
      X = O;
    }, this.dispose = function() {
    };
  }
}
function M0(r, e) {
  function t(p, m) {
    p.fogColor.value.copy(m.color), m.isFog ? (p.fogNear.value = m.near, p.fogFar.value = m.far) : m.isFogExp2 && (p.fogDensity.value = m.density);
  }
  function n(p, m, y, _, S) {
    m.isMeshBasicMaterial || m.isMeshLambertMaterial ? i(p, m) : m.isMeshToonMaterial ? (i(p, m), h(p, m)) : m.isMeshPhongMaterial ? (i(p, m), c(p, m)) : m.isMeshStandardMaterial ? (i(p, m), u(p, m), m.isMeshPhysicalMaterial && d(p, m, S)) : m.isMeshMatcapMaterial ? (i(p, m), f(p, m)) : m.isMeshDepthMaterial ? i(p, m) : m.isMeshDistanceMaterial ? (i(p, m), g(p, m)) : m.isMeshNormalMaterial ? i(p, m) : m.isLineBasicMaterial ? (s(p, m), m.isLineDashedMaterial && o(p, m)) : m.isPointsMaterial ? a(p, m, y, _) : m.isSpriteMaterial ? l(p, m) : m.isShadowMaterial ? (p.color.value.copy(m.color), p.opacity.value = m.opacity) : m.isShaderMaterial && (m.uniformsNeedUpdate = !1);
  }
  function i(p, m) {
    p.opacity.value = m.opacity, m.color && p.diffuse.value.copy(m.color), m.emissive && p.emissive.value.copy(m.emissive).multiplyScalar(m.emissiveIntensity), m.map && (p.map.value = m.map), m.alphaMap && (p.alphaMap.value = m.alphaMap), m.bumpMap && (p.bumpMap.value = m.bumpMap, p.bumpScale.value = m.bumpScale, m.side === It && (p.bumpScale.value *= -1)), m.displacementMap && (p.displacementMap.value = m.displacementMap, p.displacementScale.value = m.displacementScale, p.displacementBias.value = m.displacementBias), m.emissiveMap && (p.emissiveMap.value = m.emissiveMap), m.normalMap && (p.normalMap.value = m.normalMap, p.normalScale.value.copy(m.normalScale), m.side === It && p.normalScale.value.negate()), m.specularMap && (p.specularMap.value = m.specularMap), m.alphaTest > 0 && (p.alphaTest.value = m.alphaTest);
    const y = e.get(m).envMap;
    if (y && (p.envMap.value = y, p.flipEnvMap.value = y.isCubeTexture && y.isRenderTargetTexture === !1 ? -1 : 1, p.reflectivity.value = m.reflectivity, p.ior.value = m.ior, p.refractionRatio.value = m.refractionRatio), m.lightMap) {
      p.lightMap.value = m.lightMap;
      const w = r.physicallyCorrectLights !== !0 ? Math.PI : 1;
      p.lightMapIntensity.value = m.lightMapIntensity * w;
    }
    m.aoMap && (p.aoMap.value = m.aoMap, p.aoMapIntensity.value = m.aoMapIntensity);
    let _;
    m.map ? _ = m.map : m.specularMap ? _ = m.specularMap : m.displacementMap ? _ = m.displacementMap : m.normalMap ? _ = m.normalMap : m.bumpMap ? _ = m.bumpMap : m.roughnessMap ? _ = m.roughnessMap : m.metalnessMap ? _ = m.metalnessMap : m.alphaMap ? _ = m.alphaMap : m.emissiveMap ? _ = m.emissiveMap : m.clearcoatMap ? _ = m.clearcoatMap : m.clearcoatNormalMap ? _ = m.clearcoatNormalMap : m.clearcoatRoughnessMap ? _ = m.clearcoatRoughnessMap : m.specularIntensityMap ? _ = m.specularIntensityMap : m.specularColorMap ? _ = m.specularColorMap : m.transmissionMap ? _ = m.transmissionMap : m.thicknessMap ? _ = m.thicknessMap : m.sheenColorMap ? _ = m.sheenColorMap : m.sheenRoughnessMap && (_ = m.sheenRoughnessMap), _ !== void 0 && (_.isWebGLRenderTarget && (_ = _.texture), _.matrixAutoUpdate === !0 && _.updateMatrix(), p.uvTransform.value.copy(_.matrix));
    let S;
    m.aoMap ? S = m.aoMap : m.lightMap && (S = m.lightMap), S !== void 0 && (S.isWebGLRenderTarget && (S = S.texture), S.matrixAutoUpdate === !0 && S.updateMatrix(), p.uv2Transform.value.copy(S.matrix));
  }
  function s(p, m) {
    p.diffuse.value.copy(m.color), p.opacity.value = m.opacity;
  }
  function o(p, m) {
    p.dashSize.value = m.dashSize, p.totalSize.value = m.dashSize + m.gapSize, p.scale.value = m.scale;
  }
  function a(p, m, y, _) {
    p.diffuse.value.copy(m.color), p.opacity.value = m.opacity, p.size.value = m.size * y, p.scale.value = _ * 0.5, m.map && (p.map.value = m.map), m.alphaMap && (p.alphaMap.value = m.alphaMap), m.alphaTest > 0 && (p.alphaTest.value = m.alphaTest);
    let S;
    m.map ? S = m.map : m.alphaMap && (S = m.alphaMap), S !== void 0 && (S.matrixAutoUpdate === !0 && S.updateMatrix(), p.uvTransform.value.copy(S.matrix));
  }
  function l(p, m) {
    p.diffuse.value.copy(m.color), p.opacity.value = m.opacity, p.rotation.value = m.rotation, m.map && (p.map.value = m.map), m.alphaMap && (p.alphaMap.value = m.alphaMap), m.alphaTest > 0 && (p.alphaTest.value = m.alphaTest);
    let y;
    m.map ? y = m.map : m.alphaMap && (y = m.alphaMap), y !== void 0 && (y.matrixAutoUpdate === !0 && y.updateMatrix(), p.uvTransform.value.copy(y.matrix));
  }
  function c(p, m) {
    p.specular.value.copy(m.specular), p.shininess.value = Math.max(m.shininess, 1e-4);
  }
  function h(p, m) {
    m.gradientMap && (p.gradientMap.value = m.gradientMap);
  }
  function u(p, m) {
    p.roughness.value = m.roughness, p.metalness.value = m.metalness, m.roughnessMap && (p.roughnessMap.value = m.roughnessMap), m.metalnessMap && (p.metalnessMap.value = m.metalnessMap), e.get(m).envMap && (p.envMapIntensity.value = m.envMapIntensity);
  }
  function d(p, m, y) {
    p.ior.value = m.ior, m.sheen > 0 && (p.sheenColor.value.copy(m.sheenColor).multiplyScalar(m.sheen), p.sheenRoughness.value = m.sheenRoughness, m.sheenColorMap && (p.sheenColorMap.value = m.sheenColorMap), m.sheenRoughnessMap && (p.sheenRoughnessMap.value = m.sheenRoughnessMap)), m.clearcoat > 0 && (p.clearcoat.value = m.clearcoat, p.clearcoatRoughness.value = m.clearcoatRoughness, m.clearcoatMap && (p.clearcoatMap.value = m.clearcoatMap), m.clearcoatRoughnessMap && (p.clearcoatRoughnessMap.value = m.clearcoatRoughnessMap), m.clearcoatNormalMap && (p.clearcoatNormalScale.value.copy(m.clearcoatNormalScale), p.clearcoatNormalMap.value = m.clearcoatNormalMap, m.side === It && p.clearcoatNormalScale.value.negate())), m.transmission > 0 && (p.transmission.value = m.transmission, p.transmissionSamplerMap.value = y.texture, p.transmissionSamplerSize.value.set(y.width, y.height), m.transmissionMap && (p.transmissionMap.value = m.transmissionMap), p.thickness.value = m.thickness, m.thicknessMap && (p.thicknessMap.value = m.thicknessMap), p.attenuationDistance.value = m.attenuationDistance, p.attenuationColor.value.copy(m.attenuationColor)), p.specularIntensity.value = m.specularIntensity, p.specularColor.value.copy(m.specularColor), m.specularIntensityMap && (p.specularIntensityMap.value = m.specularIntensityMap), m.specularColorMap && (p.specularColorMap.value = m.specularColorMap);
  }
  function f(p, m) {
    m.matcap && (p.matcap.value = m.matcap);
  }
  function g(p, m) {
    p.referencePosition.value.copy(m.referencePosition), p.nearDistance.value = m.nearDistance, p.farDistance.value = m.farDistance;
  }
  return {
    refreshFogUniforms: t,
    refreshMaterialUniforms: n
  };
}
function S0() {
  const r = ds("canvas");
  return r.style.display = "block", r;
}
function Ve(r = {}) {
  const e = r.canvas !== void 0 ? r.canvas : S0(), t = r.context !== void 0 ? r.context : null, n = r.depth !== void 0 ? r.depth : !0, i = r.stencil !== void 0 ? r.stencil : !0, s = r.antialias !== void 0 ? r.antialias : !1, o = r.premultipliedAlpha !== void 0 ? r.premultipliedAlpha : !0, a = r.preserveDrawingBuffer !== void 0 ? r.preserveDrawingBuffer : !1, l = r.powerPreference !== void 0 ? r.powerPreference : "default", c = r.failIfMajorPerformanceCaveat !== void 0 ? r.failIfMajorPerformanceCaveat : !1;
  let h;
  r.context !== void 0 ? h = t.getContextAttributes().alpha : h = r.alpha !== void 0 ? r.alpha : !1;
  let u = null, d = null;
  const f = [], g = [];
  this.domElement = e, this.debug = {
    /**
     * Enables error checking and reporting when shader programs are being compiled
     * @type {boolean}
     */
    checkShaderErrors: !0
  }, this.autoClear = !0, this.autoClearColor = !0, this.autoClearDepth = !0, this.autoClearStencil = !0, this.sortObjects = !0, this.clippingPlanes = [], this.localClippingEnabled = !1, this.outputEncoding = fn, this.physicallyCorrectLights = !1, this.toneMapping = un, this.toneMappingExposure = 1;
  const p = this;
  let m = !1, y = 0, _ = 0, S = null, w = -1, x = null;
  const L = new Xe(), D = new Xe();
  let T = null, N = e.width, P = e.height, b = 1, R = null, $ = null;
  const z = new Xe(0, 0, N, P), X = new Xe(0, 0, N, P);
  let G = !1;
  const q = new ws();
  let O = !1, ne = !1, Q = null;
  const ue = new Ee(), le = new K(), Me = new M(), Pe = { background: null, fog: null, environment: null, overrideMaterial: null, isScene: !0 };
  function Ce() {
    return S === null ? b : 1;
  }
  let ee = t;
  function j(C, W) {
    for (let J = 0; J < C.length; J++) {
      const Y = C[J], se = e.getContext(Y, W);
      if (se !== null) return se;
    }
    return null;
  }
  try {
    const C = {
      alpha: !0,
      depth: n,
      stencil: i,
      antialias: s,
      premultipliedAlpha: o,
      preserveDrawingBuffer: a,
      powerPreference: l,
      failIfMajorPerformanceCaveat: c
    };
    if ("setAttribute" in e && e.setAttribute("data-engine", "three.js r139"), e.addEventListener("webglcontextlost", I, !1), e.addEventListener("webglcontextrestored", ge, !1), ee === null) {
      const W = ["webgl2", "webgl", "experimental-webgl"];
      if (p.isWebGL1Renderer === !0 && W.shift(), ee = j(W, C), ee === null)
        throw j(W) ? new Error("Error creating WebGL context with your selected attributes.") : new Error("Error creating WebGL context.");
    }
    ee.getShaderPrecisionFormat === void 0 && (ee.getShaderPrecisionFormat = function() {
      return { rangeMin: 1, rangeMax: 1, precision: 1 };
    });
  } catch (C) {
    throw console.error("THREE.WebGLRenderer: " + C.message), C;
  }
  let U, oe, F, re, B, H, V, ie, te, _e, be, ce, Te, Re, E, v, k, Z, ae, fe, Se, A, he;
  function we() {
    U = new Vm(ee), oe = new zm(ee, U, r), U.init(oe), A = new _0(ee, U, oe), F = new v0(ee, U, oe), re = new jm(), B = new a0(), H = new x0(ee, U, F, B, oe, A, re), V = new km(p), ie = new Hm(p), te = new rf(ee, oe), he = new Nm(ee, U, te, oe), _e = new Gm(ee, te, re, he), be = new Zm(ee, _e, te, re), ae = new Ym(ee, oe, H), v = new Bm(B), ce = new o0(p, V, ie, U, oe, he, v), Te = new M0(p, B), Re = new c0(), E = new m0(U, oe), Z = new Dm(p, V, F, be, h, o), k = new Vh(p, be, oe), fe = new Om(ee, U, re, oe), Se = new Wm(ee, U, re, oe), re.programs = ce.programs, p.capabilities = oe, p.extensions = U, p.properties = B, p.renderLists = Re, p.shadowMap = k, p.state = F, p.info = re;
  }
  we();
  const de = new w0(p, ee);
  this.xr = de, this.getContext = function() {
    return ee;
  }, this.getContextAttributes = function() {
    return ee.getContextAttributes();
  }, this.forceContextLoss = function() {
    const C = U.get("WEBGL_lose_context");
    C && C.loseContext();
  }, this.forceContextRestore = function() {
    const C = U.get("WEBGL_lose_context");
    C && C.restoreContext();
  }, this.getPixelRatio = function() {
    return b;
  }, this.setPixelRatio = function(C) {
    C !== void 0 && (b = C, this.setSize(N, P, !1));
  }, this.getSize = function(C) {
    return C.set(N, P);
  }, this.setSize = function(C, W, J) {
    if (de.isPresenting) {
      console.warn("THREE.WebGLRenderer: Can't change size while VR device is presenting.");
      return;
    }
    N = C, P = W, e.width = Math.floor(C * b), e.height = Math.floor(W * b), J !== !1 && (e.style.width = C + "px", e.style.height = W + "px"), this.setViewport(0, 0, C, W);
  }, this.getDrawingBufferSize = function(C) {
    return C.set(N * b, P * b).floor();
  }, this.setDrawingBufferSize = function(C, W, J) {
    N = C, P = W, b = J, e.width = Math.floor(C * J), e.height = Math.floor(W * J), this.setViewport(0, 0, C, W);
  }, this.getCurrentViewport = function(C) {
    return C.copy(L);
  }, this.getViewport = function(C) {
    return C.copy(z);
  }, this.setViewport = function(C, W, J, Y) {
    C.isVector4 ? z.set(C.x, C.y, C.z, C.w) : z.set(C, W, J, Y), F.viewport(L.copy(z).multiplyScalar(b).floor());
  }, this.getScissor = function(C) {
    return C.copy(X);
  }, this.setScissor = function(C, W, J, Y) {
    C.isVector4 ? X.set(C.x, C.y, C.z, C.w) : X.set(C, W, J, Y), F.scissor(D.copy(X).multiplyScalar(b).floor());
  }, this.getScissorTest = function() {
    return G;
  }, this.setScissorTest = function(C) {
    F.setScissorTest(G = C);
  }, this.setOpaqueSort = function(C) {
    R = C;
  }, this.setTransparentSort = function(C) {
    $ = C;
  }, this.getClearColor = function(C) {
    return C.copy(Z.getClearColor());
  }, this.setClearColor = function() {
    Z.setClearColor.apply(Z, arguments);
  }, this.getClearAlpha = function() {
    return Z.getClearAlpha();
  }, this.setClearAlpha = function() {
    Z.setClearAlpha.apply(Z, arguments);
  }, this.clear = function(C = !0, W = !0, J = !0) {
    let Y = 0;
    C && (Y |= 16384), W && (Y |= 256), J && (Y |= 1024), ee.clear(Y);
  }, this.clearColor = function() {
    this.clear(!0, !1, !1);
  }, this.clearDepth = function() {
    this.clear(!1, !0, !1);
  }, this.clearStencil = function() {
    this.clear(!1, !1, !0);
  }, this.dispose = function() {
    e.removeEventListener("webglcontextlost", I, !1), e.removeEventListener("webglcontextrestored", ge, !1), Re.dispose(), E.dispose(), B.dispose(), V.dispose(), ie.dispose(), be.dispose(), he.dispose(), ce.dispose(), de.dispose(), de.removeEventListener("sessionstart", Ne), de.removeEventListener("sessionend", Je), Q && (Q.dispose(), Q = null), Ge.stop();
  };
  function I(C) {
    C.preventDefault(), m = !0;
  }
  function ge() {
    m = !1;
    const C = re.autoReset, W = k.enabled, J = k.autoUpdate, Y = k.needsUpdate, se = k.type;
    we(), re.autoReset = C, k.enabled = W, k.autoUpdate = J, k.needsUpdate = Y, k.type = se;
  }
  function me(C) {
    const W = C.target;
    W.removeEventListener("dispose", me), Le(W);
  }
  function Le(C) {
    xe(C), B.remove(C);
  }
  function xe(C) {
    const W = B.get(C).programs;
    W !== void 0 && (W.forEach(function(J) {
      ce.releaseProgram(J);
    }), C.isShaderMaterial && ce.releaseShaderCache(C));
  }
  this.renderBufferDirect = function(C, W, J, Y, se, Ie) {
    W === null && (W = Pe);
    const Oe = se.isMesh && se.matrixWorld.determinant() < 0, Fe = zu(C, W, J, Y, se);
    F.setMaterial(Y, Oe);
    let ke = J.index;
    const Ye = J.attributes.position;
    if (ke === null) {
      if (Ye === void 0 || Ye.count === 0) return;
    } else if (ke.count === 0)
      return;
    let We = 1;
    Y.wireframe === !0 && (ke = _e.getWireframeAttribute(J), We = 2), he.setup(se, Y, Fe, J, ke);
    let je, it = fe;
    ke !== null && (je = te.get(ke), it = Se, it.setIndex(je));
    const Dn = ke !== null ? ke.count : Ye.count, Zn = J.drawRange.start * We, $n = J.drawRange.count * We, jt = Ie !== null ? Ie.start * We : 0, qe = Ie !== null ? Ie.count * We : 1 / 0, Jn = Math.max(Zn, jt), lt = Math.min(Dn, Zn + $n, jt + qe) - 1, qt = Math.max(0, lt - Jn + 1);
    if (qt !== 0) {
      if (se.isMesh)
        Y.wireframe === !0 ? (F.setLineWidth(Y.wireframeLinewidth * Ce()), it.setMode(1)) : it.setMode(4);
      else if (se.isLine) {
        let mn = Y.linewidth;
        mn === void 0 && (mn = 1), F.setLineWidth(mn * Ce()), se.isLineSegments ? it.setMode(1) : se.isLineLoop ? it.setMode(2) : it.setMode(3);
      } else se.isPoints ? it.setMode(0) : se.isSprite && it.setMode(4);
      if (se.isInstancedMesh)
        it.renderInstances(Jn, qt, se.count);
      else if (J.isInstancedBufferGeometry) {
        const mn = Math.min(J.instanceCount, J._maxInstanceCount);
        it.renderInstances(Jn, qt, mn);
      } else
        it.render(Jn, qt);
    }
  }, this.compile = function(C, W) {
    d = E.get(C), d.init(), g.push(d), C.traverseVisible(function(J) {
      J.isLight && J.layers.test(W.layers) && (d.pushLight(J), J.castShadow && d.pushShadow(J));
    }), d.setupLights(p.physicallyCorrectLights), C.traverse(function(J) {
      const Y = J.material;
      if (Y)
        if (Array.isArray(Y))
          for (let se = 0; se < Y.length; se++) {
            const Ie = Y[se];
            Gr(Ie, C, J);
          }
        else
          Gr(Y, C, J);
    }), g.pop(), d = null;
  };
  let Ae = null;
  function ye(C) {
    Ae && Ae(C);
  }
  function Ne() {
    Ge.stop();
  }
  function Je() {
    Ge.start();
  }
  const Ge = new Nh();
  Ge.setAnimationLoop(ye), typeof self < "u" && Ge.setContext(self), this.setAnimationLoop = function(C) {
    Ae = C, de.setAnimationLoop(C), C === null ? Ge.stop() : Ge.start();
  }, de.addEventListener("sessionstart", Ne), de.addEventListener("sessionend", Je), this.render = function(C, W) {
    if (W !== void 0 && W.isCamera !== !0) {
      console.error("THREE.WebGLRenderer.render: camera is not an instance of THREE.Camera.");
      return;
    }
    if (m === !0) return;
    C.autoUpdate === !0 && C.updateMatrixWorld(), W.parent === null && W.updateMatrixWorld(), de.enabled === !0 && de.isPresenting === !0 && (de.cameraAutoUpdate === !0 && de.updateCamera(W), W = de.getCamera()), C.isScene === !0 && C.onBeforeRender(p, C, W, S), d = E.get(C, g.length), d.init(), g.push(d), ue.multiplyMatrices(W.projectionMatrix, W.matrixWorldInverse), q.setFromProjectionMatrix(ue), ne = this.localClippingEnabled, O = v.init(this.clippingPlanes, ne, W), u = Re.get(C, f.length), u.init(), f.push(u), Gt(C, W, 0, p.sortObjects), u.finish(), p.sortObjects === !0 && u.sort(R, $), O === !0 && v.beginShadows();
    const J = d.state.shadowsArray;
    if (k.render(J, C, W), O === !0 && v.endShadows(), this.info.autoReset === !0 && this.info.reset(), Z.render(u, C), d.setupLights(p.physicallyCorrectLights), W.isArrayCamera) {
      const Y = W.cameras;
      for (let se = 0, Ie = Y.length; se < Ie; se++) {
        const Oe = Y[se];
        Wt(u, C, Oe, Oe.viewport);
      }
    } else
      Wt(u, C, W);
    S !== null && (H.updateMultisampleRenderTarget(S), H.updateRenderTargetMipmap(S)), C.isScene === !0 && C.onAfterRender(p, C, W), he.resetDefaultState(), w = -1, x = null, g.pop(), g.length > 0 ? d = g[g.length - 1] : d = null, f.pop(), f.length > 0 ? u = f[f.length - 1] : u = null;
  };
  function Gt(C, W, J, Y) {
    if (C.visible === !1) return;
    if (C.layers.test(W.layers)) {
      if (C.isGroup)
        J = C.renderOrder;
      else if (C.isLOD)
        C.autoUpdate === !0 && C.update(W);
      else if (C.isLight)
        d.pushLight(C), C.castShadow && d.pushShadow(C);
      else if (C.isSprite) {
        if (!C.frustumCulled || q.intersectsSprite(C)) {
          Y && Me.setFromMatrixPosition(C.matrixWorld).applyMatrix4(ue);
          const Oe = be.update(C), Fe = C.material;
          Fe.visible && u.push(C, Oe, Fe, J, Me.z, null);
        }
      } else if ((C.isMesh || C.isLine || C.isPoints) && (C.isSkinnedMesh && C.skeleton.frame !== re.render.frame && (C.skeleton.update(), C.skeleton.frame = re.render.frame), !C.frustumCulled || q.intersectsObject(C))) {
        Y && Me.setFromMatrixPosition(C.matrixWorld).applyMatrix4(ue);
        const Oe = be.update(C), Fe = C.material;
        if (Array.isArray(Fe)) {
          const ke = Oe.groups;
          for (let Ye = 0, We = ke.length; Ye < We; Ye++) {
            const je = ke[Ye], it = Fe[je.materialIndex];
            it && it.visible && u.push(C, Oe, it, J, Me.z, je);
          }
        } else Fe.visible && u.push(C, Oe, Fe, J, Me.z, null);
      }
    }
    const Ie = C.children;
    for (let Oe = 0, Fe = Ie.length; Oe < Fe; Oe++)
      Gt(Ie[Oe], W, J, Y);
  }
  function Wt(C, W, J, Y) {
    const se = C.opaque, Ie = C.transmissive, Oe = C.transparent;
    d.setupLightsView(J), Ie.length > 0 && Nu(se, W, J), Y && F.viewport(L.copy(Y)), se.length > 0 && As(se, W, J), Ie.length > 0 && As(Ie, W, J), Oe.length > 0 && As(Oe, W, J), F.buffers.depth.setTest(!0), F.buffers.depth.setMask(!0), F.buffers.color.setMask(!0), F.setPolygonOffset(!1);
  }
  function Nu(C, W, J) {
    const Y = oe.isWebGL2;
    Q === null && (Q = new Lt(1, 1, {
      generateMipmaps: !0,
      type: A.convert(Ei) !== null ? Ei : Wn,
      minFilter: Pr,
      samples: Y && s === !0 ? 4 : 0
    })), p.getDrawingBufferSize(le), Y ? Q.setSize(le.x, le.y) : Q.setSize(ea(le.x), ea(le.y));
    const se = p.getRenderTarget();
    p.setRenderTarget(Q), p.clear();
    const Ie = p.toneMapping;
    p.toneMapping = un, As(C, W, J), p.toneMapping = Ie, H.updateMultisampleRenderTarget(Q), H.updateRenderTargetMipmap(Q), p.setRenderTarget(se);
  }
  function As(C, W, J) {
    const Y = W.isScene === !0 ? W.overrideMaterial : null;
    for (let se = 0, Ie = C.length; se < Ie; se++) {
      const Oe = C[se], Fe = Oe.object, ke = Oe.geometry, Ye = Y === null ? Oe.material : Y, We = Oe.group;
      Fe.layers.test(J.layers) && Ou(Fe, W, J, ke, Ye, We);
    }
  }
  function Ou(C, W, J, Y, se, Ie) {
    C.onBeforeRender(p, W, J, Y, se, Ie), C.modelViewMatrix.multiplyMatrices(J.matrixWorldInverse, C.matrixWorld), C.normalMatrix.getNormalMatrix(C.modelViewMatrix), se.onBeforeRender(p, W, J, Y, C, Ie), se.transparent === !0 && se.side === dn ? (se.side = It, se.needsUpdate = !0, p.renderBufferDirect(J, W, Y, se, C, Ie), se.side = cs, se.needsUpdate = !0, p.renderBufferDirect(J, W, Y, se, C, Ie), se.side = dn) : p.renderBufferDirect(J, W, Y, se, C, Ie), C.onAfterRender(p, W, J, Y, se, Ie);
  }
  function Gr(C, W, J) {
    W.isScene !== !0 && (W = Pe);
    const Y = B.get(C), se = d.state.lights, Ie = d.state.shadowsArray, Oe = se.state.version, Fe = ce.getParameters(C, se.state, Ie, W, J), ke = ce.getProgramCacheKey(Fe);
    let Ye = Y.programs;
    Y.environment = C.isMeshStandardMaterial ? W.environment : null, Y.fog = W.fog, Y.envMap = (C.isMeshStandardMaterial ? ie : V).get(C.envMap || Y.environment), Ye === void 0 && (C.addEventListener("dispose", me), Ye = /* @__PURE__ */ new Map(), Y.programs = Ye);
    let We = Ye.get(ke);
    if (We !== void 0) {
      if (Y.currentProgram === We && Y.lightsStateVersion === Oe)
        return ja(C, Fe), We;
    } else
      Fe.uniforms = ce.getUniforms(C), C.onBuild(J, Fe, p), C.onBeforeCompile(Fe, p), We = ce.acquireProgram(Fe, ke), Ye.set(ke, We), Y.uniforms = Fe.uniforms;
    const je = Y.uniforms;
    (!C.isShaderMaterial && !C.isRawShaderMaterial || C.clipping === !0) && (je.clippingPlanes = v.uniform), ja(C, Fe), Y.needsLights = ku(C), Y.lightsStateVersion = Oe, Y.needsLights && (je.ambientLightColor.value = se.state.ambient, je.lightProbe.value = se.state.probe, je.directionalLights.value = se.state.directional, je.directionalLightShadows.value = se.state.directionalShadow, je.spotLights.value = se.state.spot, je.spotLightShadows.value = se.state.spotShadow, je.rectAreaLights.value = se.state.rectArea, je.ltc_1.value = se.state.rectAreaLTC1, je.ltc_2.value = se.state.rectAreaLTC2, je.pointLights.value = se.state.point, je.pointLightShadows.value = se.state.pointShadow, je.hemisphereLights.value = se.state.hemi, je.directionalShadowMap.value = se.state.directionalShadowMap, je.directionalShadowMatrix.value = se.state.directionalShadowMatrix, je.spotShadowMap.value = se.state.spotShadowMap, je.spotShadowMatrix.value = se.state.spotShadowMatrix, je.pointShadowMap.value = se.state.pointShadowMap, je.pointShadowMatrix.value = se.state.pointShadowMatrix);
    const it = We.getUniforms(), Dn = An.seqWithValue(it.seq, je);
    return Y.currentProgram = We, Y.uniformsList = Dn, We;
  }
  function ja(C, W) {
    const J = B.get(C);
    J.outputEncoding = W.outputEncoding, J.instancing = W.instancing, J.skinning = W.skinning, J.morphTargets = W.morphTargets, J.morphNormals = W.morphNormals, J.morphColors = W.morphColors, J.morphTargetsCount = W.morphTargetsCount, J.numClippingPlanes = W.numClippingPlanes, J.numIntersection = W.numClipIntersection, J.vertexAlphas = W.vertexAlphas, J.vertexTangents = W.vertexTangents, J.toneMapping = W.toneMapping;
  }
  function zu(C, W, J, Y, se) {
    W.isScene !== !0 && (W = Pe), H.resetTextureUnits();
    const Ie = W.fog, Oe = Y.isMeshStandardMaterial ? W.environment : null, Fe = S === null ? p.outputEncoding : S.isXRRenderTarget === !0 ? S.texture.encoding : fn, ke = (Y.isMeshStandardMaterial ? ie : V).get(Y.envMap || Oe), Ye = Y.vertexColors === !0 && !!J.attributes.color && J.attributes.color.itemSize === 4, We = !!Y.normalMap && !!J.attributes.tangent, je = !!J.morphAttributes.position, it = !!J.morphAttributes.normal, Dn = !!J.morphAttributes.color, Zn = Y.toneMapped ? p.toneMapping : un, $n = J.morphAttributes.position || J.morphAttributes.normal || J.morphAttributes.color, jt = $n !== void 0 ? $n.length : 0, qe = B.get(Y), Jn = d.state.lights;
    if (O === !0 && (ne === !0 || C !== x)) {
      const Ot = C === x && Y.id === w;
      v.setState(Y, C, Ot);
    }
    let lt = !1;
    Y.version === qe.__version ? (qe.needsLights && qe.lightsStateVersion !== Jn.state.version || qe.outputEncoding !== Fe || se.isInstancedMesh && qe.instancing === !1 || !se.isInstancedMesh && qe.instancing === !0 || se.isSkinnedMesh && qe.skinning === !1 || !se.isSkinnedMesh && qe.skinning === !0 || qe.envMap !== ke || Y.fog && qe.fog !== Ie || qe.numClippingPlanes !== void 0 && (qe.numClippingPlanes !== v.numPlanes || qe.numIntersection !== v.numIntersection) || qe.vertexAlphas !== Ye || qe.vertexTangents !== We || qe.morphTargets !== je || qe.morphNormals !== it || qe.morphColors !== Dn || qe.toneMapping !== Zn || oe.isWebGL2 === !0 && qe.morphTargetsCount !== jt) && (lt = !0) : (lt = !0, qe.__version = Y.version);
    let qt = qe.currentProgram;
    lt === !0 && (qt = Gr(Y, W, se));
    let mn = !1, ji = !1, Wr = !1;
    const xt = qt.getUniforms(), qi = qe.uniforms;
    if (F.useProgram(qt.program) && (mn = !0, ji = !0, Wr = !0), Y.id !== w && (w = Y.id, ji = !0), mn || x !== C) {
      if (xt.setValue(ee, "projectionMatrix", C.projectionMatrix), oe.logarithmicDepthBuffer && xt.setValue(
        ee,
        "logDepthBufFC",
        2 / (Math.log(C.far + 1) / Math.LN2)
      ), x !== C && (x = C, ji = !0, Wr = !0), Y.isShaderMaterial || Y.isMeshPhongMaterial || Y.isMeshToonMaterial || Y.isMeshStandardMaterial || Y.envMap) {
        const Ot = xt.map.cameraPosition;
        Ot !== void 0 && Ot.setValue(
          ee,
          Me.setFromMatrixPosition(C.matrixWorld)
        );
      }
      (Y.isMeshPhongMaterial || Y.isMeshToonMaterial || Y.isMeshLambertMaterial || Y.isMeshBasicMaterial || Y.isMeshStandardMaterial || Y.isShaderMaterial) && xt.setValue(ee, "isOrthographic", C.isOrthographicCamera === !0), (Y.isMeshPhongMaterial || Y.isMeshToonMaterial || Y.isMeshLambertMaterial || Y.isMeshBasicMaterial || Y.isMeshStandardMaterial || Y.isShaderMaterial || Y.isShadowMaterial || se.isSkinnedMesh) && xt.setValue(ee, "viewMatrix", C.matrixWorldInverse);
    }
    if (se.isSkinnedMesh) {
      xt.setOptional(ee, se, "bindMatrix"), xt.setOptional(ee, se, "bindMatrixInverse");
      const Ot = se.skeleton;
      Ot && (oe.floatVertexTextures ? (Ot.boneTexture === null && Ot.computeBoneTexture(), xt.setValue(ee, "boneTexture", Ot.boneTexture, H), xt.setValue(ee, "boneTextureSize", Ot.boneTextureSize)) : xt.setOptional(ee, Ot, "boneMatrices"));
    }
    const jr = J.morphAttributes;
    return (jr.position !== void 0 || jr.normal !== void 0 || jr.color !== void 0 && oe.isWebGL2 === !0) && ae.update(se, J, Y, qt), (ji || qe.receiveShadow !== se.receiveShadow) && (qe.receiveShadow = se.receiveShadow, xt.setValue(ee, "receiveShadow", se.receiveShadow)), ji && (xt.setValue(ee, "toneMappingExposure", p.toneMappingExposure), qe.needsLights && Bu(qi, Wr), Ie && Y.fog && Te.refreshFogUniforms(qi, Ie), Te.refreshMaterialUniforms(qi, Y, b, P, Q), An.upload(ee, qe.uniformsList, qi, H)), Y.isShaderMaterial && Y.uniformsNeedUpdate === !0 && (An.upload(ee, qe.uniformsList, qi, H), Y.uniformsNeedUpdate = !1), Y.isSpriteMaterial && xt.setValue(ee, "center", se.center), xt.setValue(ee, "modelViewMatrix", se.modelViewMatrix), xt.setValue(ee, "normalMatrix", se.normalMatrix), xt.setValue(ee, "modelMatrix", se.matrixWorld), qt;
  }
  function Bu(C, W) {
    C.ambientLightColor.needsUpdate = W, C.lightProbe.needsUpdate = W, C.directionalLights.needsUpdate = W, C.directionalLightShadows.needsUpdate = W, C.pointLights.needsUpdate = W, C.pointLightShadows.needsUpdate = W, C.spotLights.needsUpdate = W, C.spotLightShadows.needsUpdate = W, C.rectAreaLights.needsUpdate = W, C.hemisphereLights.needsUpdate = W;
  }
  function ku(C) {
    return C.isMeshLambertMaterial || C.isMeshToonMaterial || C.isMeshPhongMaterial || C.isMeshStandardMaterial || C.isShadowMaterial || C.isShaderMaterial && C.lights === !0;
  }
  this.getActiveCubeFace = function() {
    return y;
  }, this.getActiveMipmapLevel = function() {
    return _;
  }, this.getRenderTarget = function() {
    return S;
  }, this.setRenderTargetTextures = function(C, W, J) {
    B.get(C.texture).__webglTexture = W, B.get(C.depthTexture).__webglTexture = J;
    const Y = B.get(C);
    Y.__hasExternalTextures = !0, Y.__hasExternalTextures && (Y.__autoAllocateDepthBuffer = J === void 0, Y.__autoAllocateDepthBuffer || U.has("WEBGL_multisampled_render_to_texture") === !0 && (console.warn("THREE.WebGLRenderer: Render-to-texture extension was disabled because an external texture was provided"), Y.__useRenderToTexture = !1));
  }, this.setRenderTargetFramebuffer = function(C, W) {
    const J = B.get(C);
    J.__webglFramebuffer = W, J.__useDefaultFramebuffer = W === void 0;
  }, this.setRenderTarget = function(C, W = 0, J = 0) {
    S = C, y = W, _ = J;
    let Y = !0;
    if (C) {
      const ke = B.get(C);
      ke.__useDefaultFramebuffer !== void 0 ? (F.bindFramebuffer(36160, null), Y = !1) : ke.__webglFramebuffer === void 0 ? H.setupRenderTarget(C) : ke.__hasExternalTextures && H.rebindTextures(C, B.get(C.texture).__webglTexture, B.get(C.depthTexture).__webglTexture);
    }
    let se = null, Ie = !1, Oe = !1;
    if (C) {
      const ke = C.texture;
      (ke.isData3DTexture || ke.isDataArrayTexture) && (Oe = !0);
      const Ye = B.get(C).__webglFramebuffer;
      C.isWebGLCubeRenderTarget ? (se = Ye[W], Ie = !0) : oe.isWebGL2 && C.samples > 0 && H.useMultisampledRTT(C) === !1 ? se = B.get(C).__webglMultisampledFramebuffer : se = Ye, L.copy(C.viewport), D.copy(C.scissor), T = C.scissorTest;
    } else
      L.copy(z).multiplyScalar(b).floor(), D.copy(X).multiplyScalar(b).floor(), T = G;
    if (F.bindFramebuffer(36160, se) && oe.drawBuffers && Y && F.drawBuffers(C, se), F.viewport(L), F.scissor(D), F.setScissorTest(T), Ie) {
      const ke = B.get(C.texture);
      ee.framebufferTexture2D(36160, 36064, 34069 + W, ke.__webglTexture, J);
    } else if (Oe) {
      const ke = B.get(C.texture), Ye = W || 0;
      ee.framebufferTextureLayer(36160, 36064, ke.__webglTexture, J || 0, Ye);
    }
    w = -1;
  }, this.readRenderTargetPixels = function(C, W, J, Y, se, Ie, Oe) {
    if (!(C && C.isWebGLRenderTarget)) {
      console.error("THREE.WebGLRenderer.readRenderTargetPixels: renderTarget is not THREE.WebGLRenderTarget.");
      return;
    }
    let Fe = B.get(C).__webglFramebuffer;
    if (C.isWebGLCubeRenderTarget && Oe !== void 0 && (Fe = Fe[Oe]), Fe) {
      F.bindFramebuffer(36160, Fe);
      try {
        const ke = C.texture, Ye = ke.format, We = ke.type;
        if (Ye !== Vt && A.convert(Ye) !== ee.getParameter(35739)) {
          console.error("THREE.WebGLRenderer.readRenderTargetPixels: renderTarget is not in RGBA or implementation defined format.");
          return;
        }
        const je = We === Ei && (U.has("EXT_color_buffer_half_float") || oe.isWebGL2 && U.has("EXT_color_buffer_float"));
        if (We !== Wn && A.convert(We) !== ee.getParameter(35738) && // Edge and Chrome Mac < 52 (#9513)
        !(We === Un && (oe.isWebGL2 || U.has("OES_texture_float") || U.has("WEBGL_color_buffer_float"))) && // Chrome Mac >= 52 and Firefox
        !je) {
          console.error("THREE.WebGLRenderer.readRenderTargetPixels: renderTarget is not in UnsignedByteType or implementation defined type.");
          return;
        }
        W >= 0 && W <= C.width - Y && J >= 0 && J <= C.height - se && ee.readPixels(W, J, Y, se, A.convert(Ye), A.convert(We), Ie);
      } finally {
        const ke = S !== null ? B.get(S).__webglFramebuffer : null;
        F.bindFramebuffer(36160, ke);
      }
    }
  }, this.copyFramebufferToTexture = function(C, W, J = 0) {
    if (W.isFramebufferTexture !== !0) {
      console.error("THREE.WebGLRenderer: copyFramebufferToTexture() can only be used with FramebufferTexture.");
      return;
    }
    const Y = Math.pow(2, -J), se = Math.floor(W.image.width * Y), Ie = Math.floor(W.image.height * Y);
    H.setTexture2D(W, 0), ee.copyTexSubImage2D(3553, J, 0, 0, C.x, C.y, se, Ie), F.unbindTexture();
  }, this.copyTextureToTexture = function(C, W, J, Y = 0) {
    const se = W.image.width, Ie = W.image.height, Oe = A.convert(J.format), Fe = A.convert(J.type);
    H.setTexture2D(J, 0), ee.pixelStorei(37440, J.flipY), ee.pixelStorei(37441, J.premultiplyAlpha), ee.pixelStorei(3317, J.unpackAlignment), W.isDataTexture ? ee.texSubImage2D(3553, Y, C.x, C.y, se, Ie, Oe, Fe, W.image.data) : W.isCompressedTexture ? ee.compressedTexSubImage2D(3553, Y, C.x, C.y, W.mipmaps[0].width, W.mipmaps[0].height, Oe, W.mipmaps[0].data) : ee.texSubImage2D(3553, Y, C.x, C.y, Oe, Fe, W.image), Y === 0 && J.generateMipmaps && ee.generateMipmap(3553), F.unbindTexture();
  }, this.copyTextureToTexture3D = function(C, W, J, Y, se = 0) {
    if (p.isWebGL1Renderer) {
      console.warn("THREE.WebGLRenderer.copyTextureToTexture3D: can only be used with WebGL2.");
      return;
    }
    const Ie = C.max.x - C.min.x + 1, Oe = C.max.y - C.min.y + 1, Fe = C.max.z - C.min.z + 1, ke = A.convert(Y.format), Ye = A.convert(Y.type);
    let We;
    if (Y.isData3DTexture)
      H.setTexture3D(Y, 0), We = 32879;
    else if (Y.isDataArrayTexture)
      H.setTexture2DArray(Y, 0), We = 35866;
    else {
      console.warn("THREE.WebGLRenderer.copyTextureToTexture3D: only supports THREE.DataTexture3D and THREE.DataTexture2DArray.");
      return;
    }
    ee.pixelStorei(37440, Y.flipY), ee.pixelStorei(37441, Y.premultiplyAlpha), ee.pixelStorei(3317, Y.unpackAlignment);
    const je = ee.getParameter(3314), it = ee.getParameter(32878), Dn = ee.getParameter(3316), Zn = ee.getParameter(3315), $n = ee.getParameter(32877), jt = J.isCompressedTexture ? J.mipmaps[0] : J.image;
    ee.pixelStorei(3314, jt.width), ee.pixelStorei(32878, jt.height), ee.pixelStorei(3316, C.min.x), ee.pixelStorei(3315, C.min.y), ee.pixelStorei(32877, C.min.z), J.isDataTexture || J.isData3DTexture ? ee.texSubImage3D(We, se, W.x, W.y, W.z, Ie, Oe, Fe, ke, Ye, jt.data) : J.isCompressedTexture ? (console.warn("THREE.WebGLRenderer.copyTextureToTexture3D: untested support for compressed srcTexture."), ee.compressedTexSubImage3D(We, se, W.x, W.y, W.z, Ie, Oe, Fe, ke, jt.data)) : ee.texSubImage3D(We, se, W.x, W.y, W.z, Ie, Oe, Fe, ke, Ye, jt), ee.pixelStorei(3314, je), ee.pixelStorei(32878, it), ee.pixelStorei(3316, Dn), ee.pixelStorei(3315, Zn), ee.pixelStorei(32877, $n), se === 0 && Y.generateMipmaps && ee.generateMipmap(We), F.unbindTexture();
  }, this.initTexture = function(C) {
    H.setTexture2D(C, 0), F.unbindTexture();
  }, this.resetState = function() {
    y = 0, _ = 0, S = null, F.reset(), he.reset();
  }, typeof __THREE_DEVTOOLS__ < "u" && __THREE_DEVTOOLS__.dispatchEvent(new CustomEvent("observe", { detail: this }));
}
Ve.prototype.isWebGLRenderer = !0;
class E0 extends Ve {
}
E0.prototype.isWebGL1Renderer = !0;
let Or = class extends ze {
  constructor() {
    super(), this.type = "Scene", this.background = null, this.environment = null, this.fog = null, this.overrideMaterial = null, this.autoUpdate = !0, typeof __THREE_DEVTOOLS__ < "u" && __THREE_DEVTOOLS__.dispatchEvent(new CustomEvent("observe", { detail: this }));
  }
  copy(e, t) {
    return super.copy(e, t), e.background !== null && (this.background = e.background.clone()), e.environment !== null && (this.environment = e.environment.clone()), e.fog !== null && (this.fog = e.fog.clone()), e.overrideMaterial !== null && (this.overrideMaterial = e.overrideMaterial.clone()), this.autoUpdate = e.autoUpdate, this.matrixAutoUpdate = e.matrixAutoUpdate, this;
  }
  toJSON(e) {
    const t = super.toJSON(e);
    return this.fog !== null && (t.object.fog = this.fog.toJSON()), t;
  }
};
Or.prototype.isScene = !0;
class Ms {
  constructor(e, t) {
    this.array = e, this.stride = t, this.count = e !== void 0 ? e.length / t : 0, this.usage = us, this.updateRange = { offset: 0, count: -1 }, this.version = 0, this.uuid = Kt();
  }
  onUploadCallback() {
  }
  set needsUpdate(e) {
    e === !0 && this.version++;
  }
  setUsage(e) {
    return this.usage = e, this;
  }
  copy(e) {
    return this.array = new e.array.constructor(e.array), this.count = e.count, this.stride = e.stride, this.usage = e.usage, this;
  }
  copyAt(e, t, n) {
    e *= this.stride, n *= t.stride;
    for (let i = 0, s = this.stride; i < s; i++)
      this.array[e + i] = t.array[n + i];
    return this;
  }
  set(e, t = 0) {
    return this.array.set(e, t), this;
  }
  clone(e) {
    e.arrayBuffers === void 0 && (e.arrayBuffers = {}), this.array.buffer._uuid === void 0 && (this.array.buffer._uuid = Kt()), e.arrayBuffers[this.array.buffer._uuid] === void 0 && (e.arrayBuffers[this.array.buffer._uuid] = this.array.slice(0).buffer);
    const t = new this.array.constructor(e.arrayBuffers[this.array.buffer._uuid]), n = new this.constructor(t, this.stride);
    return n.setUsage(this.usage), n;
  }
  onUpload(e) {
    return this.onUploadCallback = e, this;
  }
  toJSON(e) {
    return e.arrayBuffers === void 0 && (e.arrayBuffers = {}), this.array.buffer._uuid === void 0 && (this.array.buffer._uuid = Kt()), e.arrayBuffers[this.array.buffer._uuid] === void 0 && (e.arrayBuffers[this.array.buffer._uuid] = Array.prototype.slice.call(new Uint32Array(this.array.buffer))), {
      uuid: this.uuid,
      buffer: this.array.buffer._uuid,
      type: this.array.constructor.name,
      stride: this.stride
    };
  }
}
Ms.prototype.isInterleavedBuffer = !0;
const wt = /* @__PURE__ */ new M();
class fs {
  constructor(e, t, n, i = !1) {
    this.name = "", this.data = e, this.itemSize = t, this.offset = n, this.normalized = i === !0;
  }
  get count() {
    return this.data.count;
  }
  get array() {
    return this.data.array;
  }
  set needsUpdate(e) {
    this.data.needsUpdate = e;
  }
  applyMatrix4(e) {
    for (let t = 0, n = this.data.count; t < n; t++)
      wt.fromBufferAttribute(this, t), wt.applyMatrix4(e), this.setXYZ(t, wt.x, wt.y, wt.z);
    return this;
  }
  applyNormalMatrix(e) {
    for (let t = 0, n = this.count; t < n; t++)
      wt.fromBufferAttribute(this, t), wt.applyNormalMatrix(e), this.setXYZ(t, wt.x, wt.y, wt.z);
    return this;
  }
  transformDirection(e) {
    for (let t = 0, n = this.count; t < n; t++)
      wt.fromBufferAttribute(this, t), wt.transformDirection(e), this.setXYZ(t, wt.x, wt.y, wt.z);
    return this;
  }
  setX(e, t) {
    return this.data.array[e * this.data.stride + this.offset] = t, this;
  }
  setY(e, t) {
    return this.data.array[e * this.data.stride + this.offset + 1] = t, this;
  }
  setZ(e, t) {
    return this.data.array[e * this.data.stride + this.offset + 2] = t, this;
  }
  setW(e, t) {
    return this.data.array[e * this.data.stride + this.offset + 3] = t, this;
  }
  getX(e) {
    return this.data.array[e * this.data.stride + this.offset];
  }
  getY(e) {
    return this.data.array[e * this.data.stride + this.offset + 1];
  }
  getZ(e) {
    return this.data.array[e * this.data.stride + this.offset + 2];
  }
  getW(e) {
    return this.data.array[e * this.data.stride + this.offset + 3];
  }
  setXY(e, t, n) {
    return e = e * this.data.stride + this.offset, this.data.array[e + 0] = t, this.data.array[e + 1] = n, this;
  }
  setXYZ(e, t, n, i) {
    return e = e * this.data.stride + this.offset, this.data.array[e + 0] = t, this.data.array[e + 1] = n, this.data.array[e + 2] = i, this;
  }
  setXYZW(e, t, n, i, s) {
    return e = e * this.data.stride + this.offset, this.data.array[e + 0] = t, this.data.array[e + 1] = n, this.data.array[e + 2] = i, this.data.array[e + 3] = s, this;
  }
  clone(e) {
    if (e === void 0) {
      const t = [];
      for (let n = 0; n < this.count; n++) {
        const i = n * this.data.stride + this.offset;
        for (let s = 0; s < this.itemSize; s++)
          t.push(this.data.array[i + s]);
      }
      return new Qe(new this.array.constructor(t), this.itemSize, this.normalized);
    } else
      return e.interleavedBuffers === void 0 && (e.interleavedBuffers = {}), e.interleavedBuffers[this.data.uuid] === void 0 && (e.interleavedBuffers[this.data.uuid] = this.data.clone(e)), new fs(e.interleavedBuffers[this.data.uuid], this.itemSize, this.offset, this.normalized);
  }
  toJSON(e) {
    if (e === void 0) {
      const t = [];
      for (let n = 0; n < this.count; n++) {
        const i = n * this.data.stride + this.offset;
        for (let s = 0; s < this.itemSize; s++)
          t.push(this.data.array[i + s]);
      }
      return {
        itemSize: this.itemSize,
        type: this.array.constructor.name,
        array: t,
        normalized: this.normalized
      };
    } else
      return e.interleavedBuffers === void 0 && (e.interleavedBuffers = {}), e.interleavedBuffers[this.data.uuid] === void 0 && (e.interleavedBuffers[this.data.uuid] = this.data.toJSON(e)), {
        isInterleavedBufferAttribute: !0,
        itemSize: this.itemSize,
        data: this.data.uuid,
        offset: this.offset,
        normalized: this.normalized
      };
  }
}
fs.prototype.isInterleavedBufferAttribute = !0;
class wa extends dt {
  constructor(e) {
    super(), this.type = "SpriteMaterial", this.color = new pe(16777215), this.map = null, this.alphaMap = null, this.rotation = 0, this.sizeAttenuation = !0, this.transparent = !0, this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.color.copy(e.color), this.map = e.map, this.alphaMap = e.alphaMap, this.rotation = e.rotation, this.sizeAttenuation = e.sizeAttenuation, this;
  }
}
wa.prototype.isSpriteMaterial = !0;
let fi;
const $i = /* @__PURE__ */ new M(), pi = /* @__PURE__ */ new M(), mi = /* @__PURE__ */ new M(), gi = /* @__PURE__ */ new K(), Ji = /* @__PURE__ */ new K(), jh = /* @__PURE__ */ new Ee(), Ys = /* @__PURE__ */ new M(), Ki = /* @__PURE__ */ new M(), Zs = /* @__PURE__ */ new M(), nc = /* @__PURE__ */ new K(), To = /* @__PURE__ */ new K(), ic = /* @__PURE__ */ new K();
class T0 extends ze {
  constructor(e) {
    if (super(), this.type = "Sprite", fi === void 0) {
      fi = new Be();
      const t = new Float32Array([
        -0.5,
        -0.5,
        0,
        0,
        0,
        0.5,
        -0.5,
        0,
        1,
        0,
        0.5,
        0.5,
        0,
        1,
        1,
        -0.5,
        0.5,
        0,
        0,
        1
      ]), n = new Ms(t, 5);
      fi.setIndex([0, 1, 2, 0, 2, 3]), fi.setAttribute("position", new fs(n, 3, 0, !1)), fi.setAttribute("uv", new fs(n, 2, 3, !1));
    }
    this.geometry = fi, this.material = e !== void 0 ? e : new wa(), this.center = new K(0.5, 0.5);
  }
  raycast(e, t) {
    e.camera === null && console.error('THREE.Sprite: "Raycaster.camera" needs to be set in order to raycast against sprites.'), pi.setFromMatrixScale(this.matrixWorld), jh.copy(e.camera.matrixWorld), this.modelViewMatrix.multiplyMatrices(e.camera.matrixWorldInverse, this.matrixWorld), mi.setFromMatrixPosition(this.modelViewMatrix), e.camera.isPerspectiveCamera && this.material.sizeAttenuation === !1 && pi.multiplyScalar(-mi.z);
    const n = this.material.rotation;
    let i, s;
    n !== 0 && (s = Math.cos(n), i = Math.sin(n));
    const o = this.center;
    $s(Ys.set(-0.5, -0.5, 0), mi, o, pi, i, s), $s(Ki.set(0.5, -0.5, 0), mi, o, pi, i, s), $s(Zs.set(0.5, 0.5, 0), mi, o, pi, i, s), nc.set(0, 0), To.set(1, 0), ic.set(1, 1);
    let a = e.ray.intersectTriangle(Ys, Ki, Zs, !1, $i);
    if (a === null && ($s(Ki.set(-0.5, 0.5, 0), mi, o, pi, i, s), To.set(0, 1), a = e.ray.intersectTriangle(Ys, Zs, Ki, !1, $i), a === null))
      return;
    const l = e.ray.origin.distanceTo($i);
    l < e.near || l > e.far || t.push({
      distance: l,
      point: $i.clone(),
      uv: at.getUV($i, Ys, Ki, Zs, nc, To, ic, new K()),
      face: null,
      object: this
    });
  }
  copy(e) {
    return super.copy(e), e.center !== void 0 && this.center.copy(e.center), this.material = e.material, this;
  }
}
T0.prototype.isSprite = !0;
function $s(r, e, t, n, i, s) {
  gi.subVectors(r, t).addScalar(0.5).multiply(n), i !== void 0 ? (Ji.x = s * gi.x - i * gi.y, Ji.y = i * gi.x + s * gi.y) : Ji.copy(gi), r.copy(e), r.x += Ji.x, r.y += Ji.y, r.applyMatrix4(jh);
}
const sc = /* @__PURE__ */ new M(), rc = /* @__PURE__ */ new Xe(), oc = /* @__PURE__ */ new Xe(), A0 = /* @__PURE__ */ new M(), ac = /* @__PURE__ */ new Ee();
class qh extends $e {
  constructor(e, t) {
    super(e, t), this.type = "SkinnedMesh", this.bindMode = "attached", this.bindMatrix = new Ee(), this.bindMatrixInverse = new Ee();
  }
  copy(e) {
    return super.copy(e), this.bindMode = e.bindMode, this.bindMatrix.copy(e.bindMatrix), this.bindMatrixInverse.copy(e.bindMatrixInverse), this.skeleton = e.skeleton, this;
  }
  bind(e, t) {
    this.skeleton = e, t === void 0 && (this.updateMatrixWorld(!0), this.skeleton.calculateInverses(), t = this.matrixWorld), this.bindMatrix.copy(t), this.bindMatrixInverse.copy(t).invert();
  }
  pose() {
    this.skeleton.pose();
  }
  normalizeSkinWeights() {
    const e = new Xe(), t = this.geometry.attributes.skinWeight;
    for (let n = 0, i = t.count; n < i; n++) {
      e.fromBufferAttribute(t, n);
      const s = 1 / e.manhattanLength();
      s !== 1 / 0 ? e.multiplyScalar(s) : e.set(1, 0, 0, 0), t.setXYZW(n, e.x, e.y, e.z, e.w);
    }
  }
  updateMatrixWorld(e) {
    super.updateMatrixWorld(e), this.bindMode === "attached" ? this.bindMatrixInverse.copy(this.matrixWorld).invert() : this.bindMode === "detached" ? this.bindMatrixInverse.copy(this.bindMatrix).invert() : console.warn("THREE.SkinnedMesh: Unrecognized bindMode: " + this.bindMode);
  }
  boneTransform(e, t) {
    const n = this.skeleton, i = this.geometry;
    rc.fromBufferAttribute(i.attributes.skinIndex, e), oc.fromBufferAttribute(i.attributes.skinWeight, e), sc.copy(t).applyMatrix4(this.bindMatrix), t.set(0, 0, 0);
    for (let s = 0; s < 4; s++) {
      const o = oc.getComponent(s);
      if (o !== 0) {
        const a = rc.getComponent(s);
        ac.multiplyMatrices(n.bones[a].matrixWorld, n.boneInverses[a]), t.addScaledVector(A0.copy(sc).applyMatrix4(ac), o);
      }
    }
    return t.applyMatrix4(this.bindMatrixInverse);
  }
}
qh.prototype.isSkinnedMesh = !0;
class C0 extends ze {
  constructor() {
    super(), this.type = "Bone";
  }
}
C0.prototype.isBone = !0;
class L0 extends gt {
  constructor(e = null, t = 1, n = 1, i, s, o, a, l, c = pt, h = pt, u, d) {
    super(null, o, a, l, c, h, i, s, u, d), this.image = { data: e, width: t, height: n }, this.generateMipmaps = !1, this.flipY = !1, this.unpackAlignment = 1;
  }
}
L0.prototype.isDataTexture = !0;
class na extends Qe {
  constructor(e, t, n, i = 1) {
    typeof n == "number" && (i = n, n = !1, console.error("THREE.InstancedBufferAttribute: The constructor now expects normalized as the third argument.")), super(e, t, n), this.meshPerAttribute = i;
  }
  copy(e) {
    return super.copy(e), this.meshPerAttribute = e.meshPerAttribute, this;
  }
  toJSON() {
    const e = super.toJSON();
    return e.meshPerAttribute = this.meshPerAttribute, e.isInstancedBufferAttribute = !0, e;
  }
}
na.prototype.isInstancedBufferAttribute = !0;
const lc = /* @__PURE__ */ new Ee(), cc = /* @__PURE__ */ new Ee(), Js = [], Qi = /* @__PURE__ */ new $e();
class R0 extends $e {
  constructor(e, t, n) {
    super(e, t), this.instanceMatrix = new na(new Float32Array(n * 16), 16), this.instanceColor = null, this.count = n, this.frustumCulled = !1;
  }
  copy(e) {
    return super.copy(e), this.instanceMatrix.copy(e.instanceMatrix), e.instanceColor !== null && (this.instanceColor = e.instanceColor.clone()), this.count = e.count, this;
  }
  getColorAt(e, t) {
    t.fromArray(this.instanceColor.array, e * 3);
  }
  getMatrixAt(e, t) {
    t.fromArray(this.instanceMatrix.array, e * 16);
  }
  raycast(e, t) {
    const n = this.matrixWorld, i = this.count;
    if (Qi.geometry = this.geometry, Qi.material = this.material, Qi.material !== void 0)
      for (let s = 0; s < i; s++) {
        this.getMatrixAt(s, lc), cc.multiplyMatrices(n, lc), Qi.matrixWorld = cc, Qi.raycast(e, Js);
        for (let o = 0, a = Js.length; o < a; o++) {
          const l = Js[o];
          l.instanceId = s, l.object = this, t.push(l);
        }
        Js.length = 0;
      }
  }
  setColorAt(e, t) {
    this.instanceColor === null && (this.instanceColor = new na(new Float32Array(this.instanceMatrix.count * 3), 3)), t.toArray(this.instanceColor.array, e * 3);
  }
  setMatrixAt(e, t) {
    t.toArray(this.instanceMatrix.array, e * 16);
  }
  updateMorphTargets() {
  }
  dispose() {
    this.dispatchEvent({ type: "dispose" });
  }
}
R0.prototype.isInstancedMesh = !0;
class Dt extends dt {
  constructor(e) {
    super(), this.type = "LineBasicMaterial", this.color = new pe(16777215), this.linewidth = 1, this.linecap = "round", this.linejoin = "round", this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.color.copy(e.color), this.linewidth = e.linewidth, this.linecap = e.linecap, this.linejoin = e.linejoin, this;
  }
}
Dt.prototype.isLineBasicMaterial = !0;
const hc = /* @__PURE__ */ new M(), uc = /* @__PURE__ */ new M(), dc = /* @__PURE__ */ new Ee(), Ao = /* @__PURE__ */ new Xn(), Ks = /* @__PURE__ */ new Bi();
class ps extends ze {
  constructor(e = new Be(), t = new Dt()) {
    super(), this.type = "Line", this.geometry = e, this.material = t, this.updateMorphTargets();
  }
  copy(e) {
    return super.copy(e), this.material = e.material, this.geometry = e.geometry, this;
  }
  computeLineDistances() {
    const e = this.geometry;
    if (e.isBufferGeometry)
      if (e.index === null) {
        const t = e.attributes.position, n = [0];
        for (let i = 1, s = t.count; i < s; i++)
          hc.fromBufferAttribute(t, i - 1), uc.fromBufferAttribute(t, i), n[i] = n[i - 1], n[i] += hc.distanceTo(uc);
        e.setAttribute("lineDistance", new De(n, 1));
      } else
        console.warn("THREE.Line.computeLineDistances(): Computation only possible with non-indexed BufferGeometry.");
    else e.isGeometry && console.error("THREE.Line.computeLineDistances() no longer supports THREE.Geometry. Use THREE.BufferGeometry instead.");
    return this;
  }
  raycast(e, t) {
    const n = this.geometry, i = this.matrixWorld, s = e.params.Line.threshold, o = n.drawRange;
    if (n.boundingSphere === null && n.computeBoundingSphere(), Ks.copy(n.boundingSphere), Ks.applyMatrix4(i), Ks.radius += s, e.ray.intersectsSphere(Ks) === !1) return;
    dc.copy(i).invert(), Ao.copy(e.ray).applyMatrix4(dc);
    const a = s / ((this.scale.x + this.scale.y + this.scale.z) / 3), l = a * a, c = new M(), h = new M(), u = new M(), d = new M(), f = this.isLineSegments ? 2 : 1;
    if (n.isBufferGeometry) {
      const g = n.index, m = n.attributes.position;
      if (g !== null) {
        const y = Math.max(0, o.start), _ = Math.min(g.count, o.start + o.count);
        for (let S = y, w = _ - 1; S < w; S += f) {
          const x = g.getX(S), L = g.getX(S + 1);
          if (c.fromBufferAttribute(m, x), h.fromBufferAttribute(m, L), Ao.distanceSqToSegment(c, h, d, u) > l) continue;
          d.applyMatrix4(this.matrixWorld);
          const T = e.ray.origin.distanceTo(d);
          T < e.near || T > e.far || t.push({
            distance: T,
            // What do we want? intersection point on the ray or on the segment??
            // point: raycaster.ray.at( distance ),
            point: u.clone().applyMatrix4(this.matrixWorld),
            index: S,
            face: null,
            faceIndex: null,
            object: this
          });
        }
      } else {
        const y = Math.max(0, o.start), _ = Math.min(m.count, o.start + o.count);
        for (let S = y, w = _ - 1; S < w; S += f) {
          if (c.fromBufferAttribute(m, S), h.fromBufferAttribute(m, S + 1), Ao.distanceSqToSegment(c, h, d, u) > l) continue;
          d.applyMatrix4(this.matrixWorld);
          const L = e.ray.origin.distanceTo(d);
          L < e.near || L > e.far || t.push({
            distance: L,
            // What do we want? intersection point on the ray or on the segment??
            // point: raycaster.ray.at( distance ),
            point: u.clone().applyMatrix4(this.matrixWorld),
            index: S,
            face: null,
            faceIndex: null,
            object: this
          });
        }
      }
    } else n.isGeometry && console.error("THREE.Line.raycast() no longer supports THREE.Geometry. Use THREE.BufferGeometry instead.");
  }
  updateMorphTargets() {
    const e = this.geometry;
    if (e.isBufferGeometry) {
      const t = e.morphAttributes, n = Object.keys(t);
      if (n.length > 0) {
        const i = t[n[0]];
        if (i !== void 0) {
          this.morphTargetInfluences = [], this.morphTargetDictionary = {};
          for (let s = 0, o = i.length; s < o; s++) {
            const a = i[s].name || String(s);
            this.morphTargetInfluences.push(0), this.morphTargetDictionary[a] = s;
          }
        }
      }
    } else {
      const t = e.morphTargets;
      t !== void 0 && t.length > 0 && console.error("THREE.Line.updateMorphTargets() does not support THREE.Geometry. Use THREE.BufferGeometry instead.");
    }
  }
}
ps.prototype.isLine = !0;
const fc = /* @__PURE__ */ new M(), pc = /* @__PURE__ */ new M();
class Ln extends ps {
  constructor(e, t) {
    super(e, t), this.type = "LineSegments";
  }
  computeLineDistances() {
    const e = this.geometry;
    if (e.isBufferGeometry)
      if (e.index === null) {
        const t = e.attributes.position, n = [];
        for (let i = 0, s = t.count; i < s; i += 2)
          fc.fromBufferAttribute(t, i), pc.fromBufferAttribute(t, i + 1), n[i] = i === 0 ? 0 : n[i - 1], n[i + 1] = n[i] + fc.distanceTo(pc);
        e.setAttribute("lineDistance", new De(n, 1));
      } else
        console.warn("THREE.LineSegments.computeLineDistances(): Computation only possible with non-indexed BufferGeometry.");
    else e.isGeometry && console.error("THREE.LineSegments.computeLineDistances() no longer supports THREE.Geometry. Use THREE.BufferGeometry instead.");
    return this;
  }
}
Ln.prototype.isLineSegments = !0;
class P0 extends ps {
  constructor(e, t) {
    super(e, t), this.type = "LineLoop";
  }
}
P0.prototype.isLineLoop = !0;
class Ma extends dt {
  constructor(e) {
    super(), this.type = "PointsMaterial", this.color = new pe(16777215), this.map = null, this.alphaMap = null, this.size = 1, this.sizeAttenuation = !0, this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.color.copy(e.color), this.map = e.map, this.alphaMap = e.alphaMap, this.size = e.size, this.sizeAttenuation = e.sizeAttenuation, this;
  }
}
Ma.prototype.isPointsMaterial = !0;
const mc = /* @__PURE__ */ new Ee(), ia = /* @__PURE__ */ new Xn(), Qs = /* @__PURE__ */ new Bi(), er = /* @__PURE__ */ new M();
class I0 extends ze {
  constructor(e = new Be(), t = new Ma()) {
    super(), this.type = "Points", this.geometry = e, this.material = t, this.updateMorphTargets();
  }
  copy(e) {
    return super.copy(e), this.material = e.material, this.geometry = e.geometry, this;
  }
  raycast(e, t) {
    const n = this.geometry, i = this.matrixWorld, s = e.params.Points.threshold, o = n.drawRange;
    if (n.boundingSphere === null && n.computeBoundingSphere(), Qs.copy(n.boundingSphere), Qs.applyMatrix4(i), Qs.radius += s, e.ray.intersectsSphere(Qs) === !1) return;
    mc.copy(i).invert(), ia.copy(e.ray).applyMatrix4(mc);
    const a = s / ((this.scale.x + this.scale.y + this.scale.z) / 3), l = a * a;
    if (n.isBufferGeometry) {
      const c = n.index, u = n.attributes.position;
      if (c !== null) {
        const d = Math.max(0, o.start), f = Math.min(c.count, o.start + o.count);
        for (let g = d, p = f; g < p; g++) {
          const m = c.getX(g);
          er.fromBufferAttribute(u, m), gc(er, m, l, i, e, t, this);
        }
      } else {
        const d = Math.max(0, o.start), f = Math.min(u.count, o.start + o.count);
        for (let g = d, p = f; g < p; g++)
          er.fromBufferAttribute(u, g), gc(er, g, l, i, e, t, this);
      }
    } else
      console.error("THREE.Points.raycast() no longer supports THREE.Geometry. Use THREE.BufferGeometry instead.");
  }
  updateMorphTargets() {
    const e = this.geometry;
    if (e.isBufferGeometry) {
      const t = e.morphAttributes, n = Object.keys(t);
      if (n.length > 0) {
        const i = t[n[0]];
        if (i !== void 0) {
          this.morphTargetInfluences = [], this.morphTargetDictionary = {};
          for (let s = 0, o = i.length; s < o; s++) {
            const a = i[s].name || String(s);
            this.morphTargetInfluences.push(0), this.morphTargetDictionary[a] = s;
          }
        }
      }
    } else {
      const t = e.morphTargets;
      t !== void 0 && t.length > 0 && console.error("THREE.Points.updateMorphTargets() does not support THREE.Geometry. Use THREE.BufferGeometry instead.");
    }
  }
}
I0.prototype.isPoints = !0;
function gc(r, e, t, n, i, s, o) {
  const a = ia.distanceSqToPoint(r);
  if (a < t) {
    const l = new M();
    ia.closestPointToPoint(r, l), l.applyMatrix4(n);
    const c = i.ray.origin.distanceTo(l);
    if (c < i.near || c > i.far) return;
    s.push({
      distance: c,
      distanceToRay: Math.sqrt(a),
      point: l,
      index: e,
      face: null,
      object: o
    });
  }
}
class D0 extends gt {
  constructor(e, t, n, i, s, o, a, l, c) {
    super(e, t, n, i, s, o, a, l, c), this.minFilter = o !== void 0 ? o : St, this.magFilter = s !== void 0 ? s : St, this.generateMipmaps = !1;
    const h = this;
    function u() {
      h.needsUpdate = !0, e.requestVideoFrameCallback(u);
    }
    "requestVideoFrameCallback" in e && e.requestVideoFrameCallback(u);
  }
  clone() {
    return new this.constructor(this.image).copy(this);
  }
  update() {
    const e = this.image;
    "requestVideoFrameCallback" in e === !1 && e.readyState >= e.HAVE_CURRENT_DATA && (this.needsUpdate = !0);
  }
}
D0.prototype.isVideoTexture = !0;
class N0 extends gt {
  constructor(e, t, n) {
    super({ width: e, height: t }), this.format = n, this.magFilter = pt, this.minFilter = pt, this.generateMipmaps = !1, this.needsUpdate = !0;
  }
}
N0.prototype.isFramebufferTexture = !0;
class O0 extends gt {
  constructor(e, t, n, i, s, o, a, l, c, h, u, d) {
    super(null, o, a, l, c, h, i, s, u, d), this.image = { width: t, height: n }, this.mipmaps = e, this.flipY = !1, this.generateMipmaps = !1;
  }
}
O0.prototype.isCompressedTexture = !0;
class z0 extends gt {
  constructor(e, t, n, i, s, o, a, l, c) {
    super(e, t, n, i, s, o, a, l, c), this.needsUpdate = !0;
  }
}
z0.prototype.isCanvasTexture = !0;
class Nt {
  constructor() {
    this.type = "Curve", this.arcLengthDivisions = 200;
  }
  // Virtual base class method to overwrite and implement in subclasses
  //	- t [0 .. 1]
  getPoint() {
    return console.warn("THREE.Curve: .getPoint() not implemented."), null;
  }
  // Get point at relative position in curve according to arc length
  // - u [0 .. 1]
  getPointAt(e, t) {
    const n = this.getUtoTmapping(e);
    return this.getPoint(n, t);
  }
  // Get sequence of points using getPoint( t )
  getPoints(e = 5) {
    const t = [];
    for (let n = 0; n <= e; n++)
      t.push(this.getPoint(n / e));
    return t;
  }
  // Get sequence of points using getPointAt( u )
  getSpacedPoints(e = 5) {
    const t = [];
    for (let n = 0; n <= e; n++)
      t.push(this.getPointAt(n / e));
    return t;
  }
  // Get total curve arc length
  getLength() {
    const e = this.getLengths();
    return e[e.length - 1];
  }
  // Get list of cumulative segment lengths
  getLengths(e = this.arcLengthDivisions) {
    if (this.cacheArcLengths && this.cacheArcLengths.length === e + 1 && !this.needsUpdate)
      return this.cacheArcLengths;
    this.needsUpdate = !1;
    const t = [];
    let n, i = this.getPoint(0), s = 0;
    t.push(0);
    for (let o = 1; o <= e; o++)
      n = this.getPoint(o / e), s += n.distanceTo(i), t.push(s), i = n;
    return this.cacheArcLengths = t, t;
  }
  updateArcLengths() {
    this.needsUpdate = !0, this.getLengths();
  }
  // Given u ( 0 .. 1 ), get a t to find p. This gives you points which are equidistant
  getUtoTmapping(e, t) {
    const n = this.getLengths();
    let i = 0;
    const s = n.length;
    let o;
    t ? o = t : o = e * n[s - 1];
    let a = 0, l = s - 1, c;
    for (; a <= l; )
      if (i = Math.floor(a + (l - a) / 2), c = n[i] - o, c < 0)
        a = i + 1;
      else if (c > 0)
        l = i - 1;
      else {
        l = i;
        break;
      }
    if (i = l, n[i] === o)
      return i / (s - 1);
    const h = n[i], d = n[i + 1] - h, f = (o - h) / d;
    return (i + f) / (s - 1);
  }
  // Returns a unit vector tangent at t
  // In case any sub curve does not implement its tangent derivation,
  // 2 points a small delta apart will be used to find its gradient
  // which seems to give a reasonable approximation
  getTangent(e, t) {
    let i = e - 1e-4, s = e + 1e-4;
    i < 0 && (i = 0), s > 1 && (s = 1);
    const o = this.getPoint(i), a = this.getPoint(s), l = t || (o.isVector2 ? new K() : new M());
    return l.copy(a).sub(o).normalize(), l;
  }
  getTangentAt(e, t) {
    const n = this.getUtoTmapping(e);
    return this.getTangent(n, t);
  }
  computeFrenetFrames(e, t) {
    const n = new M(), i = [], s = [], o = [], a = new M(), l = new Ee();
    for (let f = 0; f <= e; f++) {
      const g = f / e;
      i[f] = this.getTangentAt(g, new M());
    }
    s[0] = new M(), o[0] = new M();
    let c = Number.MAX_VALUE;
    const h = Math.abs(i[0].x), u = Math.abs(i[0].y), d = Math.abs(i[0].z);
    h <= c && (c = h, n.set(1, 0, 0)), u <= c && (c = u, n.set(0, 1, 0)), d <= c && n.set(0, 0, 1), a.crossVectors(i[0], n).normalize(), s[0].crossVectors(i[0], a), o[0].crossVectors(i[0], s[0]);
    for (let f = 1; f <= e; f++) {
      if (s[f] = s[f - 1].clone(), o[f] = o[f - 1].clone(), a.crossVectors(i[f - 1], i[f]), a.length() > Number.EPSILON) {
        a.normalize();
        const g = Math.acos(mt(i[f - 1].dot(i[f]), -1, 1));
        s[f].applyMatrix4(l.makeRotationAxis(a, g));
      }
      o[f].crossVectors(i[f], s[f]);
    }
    if (t === !0) {
      let f = Math.acos(mt(s[0].dot(s[e]), -1, 1));
      f /= e, i[0].dot(a.crossVectors(s[0], s[e])) > 0 && (f = -f);
      for (let g = 1; g <= e; g++)
        s[g].applyMatrix4(l.makeRotationAxis(i[g], f * g)), o[g].crossVectors(i[g], s[g]);
    }
    return {
      tangents: i,
      normals: s,
      binormals: o
    };
  }
  clone() {
    return new this.constructor().copy(this);
  }
  copy(e) {
    return this.arcLengthDivisions = e.arcLengthDivisions, this;
  }
  toJSON() {
    const e = {
      metadata: {
        version: 4.5,
        type: "Curve",
        generator: "Curve.toJSON"
      }
    };
    return e.arcLengthDivisions = this.arcLengthDivisions, e.type = this.type, e;
  }
  fromJSON(e) {
    return this.arcLengthDivisions = e.arcLengthDivisions, this;
  }
}
class zr extends Nt {
  constructor(e = 0, t = 0, n = 1, i = 1, s = 0, o = Math.PI * 2, a = !1, l = 0) {
    super(), this.type = "EllipseCurve", this.aX = e, this.aY = t, this.xRadius = n, this.yRadius = i, this.aStartAngle = s, this.aEndAngle = o, this.aClockwise = a, this.aRotation = l;
  }
  getPoint(e, t) {
    const n = t || new K(), i = Math.PI * 2;
    let s = this.aEndAngle - this.aStartAngle;
    const o = Math.abs(s) < Number.EPSILON;
    for (; s < 0; ) s += i;
    for (; s > i; ) s -= i;
    s < Number.EPSILON && (o ? s = 0 : s = i), this.aClockwise === !0 && !o && (s === i ? s = -i : s = s - i);
    const a = this.aStartAngle + e * s;
    let l = this.aX + this.xRadius * Math.cos(a), c = this.aY + this.yRadius * Math.sin(a);
    if (this.aRotation !== 0) {
      const h = Math.cos(this.aRotation), u = Math.sin(this.aRotation), d = l - this.aX, f = c - this.aY;
      l = d * h - f * u + this.aX, c = d * u + f * h + this.aY;
    }
    return n.set(l, c);
  }
  copy(e) {
    return super.copy(e), this.aX = e.aX, this.aY = e.aY, this.xRadius = e.xRadius, this.yRadius = e.yRadius, this.aStartAngle = e.aStartAngle, this.aEndAngle = e.aEndAngle, this.aClockwise = e.aClockwise, this.aRotation = e.aRotation, this;
  }
  toJSON() {
    const e = super.toJSON();
    return e.aX = this.aX, e.aY = this.aY, e.xRadius = this.xRadius, e.yRadius = this.yRadius, e.aStartAngle = this.aStartAngle, e.aEndAngle = this.aEndAngle, e.aClockwise = this.aClockwise, e.aRotation = this.aRotation, e;
  }
  fromJSON(e) {
    return super.fromJSON(e), this.aX = e.aX, this.aY = e.aY, this.xRadius = e.xRadius, this.yRadius = e.yRadius, this.aStartAngle = e.aStartAngle, this.aEndAngle = e.aEndAngle, this.aClockwise = e.aClockwise, this.aRotation = e.aRotation, this;
  }
}
zr.prototype.isEllipseCurve = !0;
class Xh extends zr {
  constructor(e, t, n, i, s, o) {
    super(e, t, n, n, i, s, o), this.type = "ArcCurve";
  }
}
Xh.prototype.isArcCurve = !0;
function Sa() {
  let r = 0, e = 0, t = 0, n = 0;
  function i(s, o, a, l) {
    r = s, e = a, t = -3 * s + 3 * o - 2 * a - l, n = 2 * s - 2 * o + a + l;
  }
  return {
    initCatmullRom: function(s, o, a, l, c) {
      i(o, a, c * (a - s), c * (l - o));
    },
    initNonuniformCatmullRom: function(s, o, a, l, c, h, u) {
      let d = (o - s) / c - (a - s) / (c + h) + (a - o) / h, f = (a - o) / h - (l - o) / (h + u) + (l - a) / u;
      d *= h, f *= h, i(o, a, d, f);
    },
    calc: function(s) {
      const o = s * s, a = o * s;
      return r + e * s + t * o + n * a;
    }
  };
}
const tr = new M(), Co = new Sa(), Lo = new Sa(), Ro = new Sa();
class Yh extends Nt {
  constructor(e = [], t = !1, n = "centripetal", i = 0.5) {
    super(), this.type = "CatmullRomCurve3", this.points = e, this.closed = t, this.curveType = n, this.tension = i;
  }
  getPoint(e, t = new M()) {
    const n = t, i = this.points, s = i.length, o = (s - (this.closed ? 0 : 1)) * e;
    let a = Math.floor(o), l = o - a;
    this.closed ? a += a > 0 ? 0 : (Math.floor(Math.abs(a) / s) + 1) * s : l === 0 && a === s - 1 && (a = s - 2, l = 1);
    let c, h;
    this.closed || a > 0 ? c = i[(a - 1) % s] : (tr.subVectors(i[0], i[1]).add(i[0]), c = tr);
    const u = i[a % s], d = i[(a + 1) % s];
    if (this.closed || a + 2 < s ? h = i[(a + 2) % s] : (tr.subVectors(i[s - 1], i[s - 2]).add(i[s - 1]), h = tr), this.curveType === "centripetal" || this.curveType === "chordal") {
      const f = this.curveType === "chordal" ? 0.5 : 0.25;
      let g = Math.pow(c.distanceToSquared(u), f), p = Math.pow(u.distanceToSquared(d), f), m = Math.pow(d.distanceToSquared(h), f);
      p < 1e-4 && (p = 1), g < 1e-4 && (g = p), m < 1e-4 && (m = p), Co.initNonuniformCatmullRom(c.x, u.x, d.x, h.x, g, p, m), Lo.initNonuniformCatmullRom(c.y, u.y, d.y, h.y, g, p, m), Ro.initNonuniformCatmullRom(c.z, u.z, d.z, h.z, g, p, m);
    } else this.curveType === "catmullrom" && (Co.initCatmullRom(c.x, u.x, d.x, h.x, this.tension), Lo.initCatmullRom(c.y, u.y, d.y, h.y, this.tension), Ro.initCatmullRom(c.z, u.z, d.z, h.z, this.tension));
    return n.set(
      Co.calc(l),
      Lo.calc(l),
      Ro.calc(l)
    ), n;
  }
  copy(e) {
    super.copy(e), this.points = [];
    for (let t = 0, n = e.points.length; t < n; t++) {
      const i = e.points[t];
      this.points.push(i.clone());
    }
    return this.closed = e.closed, this.curveType = e.curveType, this.tension = e.tension, this;
  }
  toJSON() {
    const e = super.toJSON();
    e.points = [];
    for (let t = 0, n = this.points.length; t < n; t++) {
      const i = this.points[t];
      e.points.push(i.toArray());
    }
    return e.closed = this.closed, e.curveType = this.curveType, e.tension = this.tension, e;
  }
  fromJSON(e) {
    super.fromJSON(e), this.points = [];
    for (let t = 0, n = e.points.length; t < n; t++) {
      const i = e.points[t];
      this.points.push(new M().fromArray(i));
    }
    return this.closed = e.closed, this.curveType = e.curveType, this.tension = e.tension, this;
  }
}
Yh.prototype.isCatmullRomCurve3 = !0;
function yc(r, e, t, n, i) {
  const s = (n - e) * 0.5, o = (i - t) * 0.5, a = r * r, l = r * a;
  return (2 * t - 2 * n + s + o) * l + (-3 * t + 3 * n - 2 * s - o) * a + s * r + t;
}
function B0(r, e) {
  const t = 1 - r;
  return t * t * e;
}
function k0(r, e) {
  return 2 * (1 - r) * r * e;
}
function U0(r, e) {
  return r * r * e;
}
function ss(r, e, t, n) {
  return B0(r, e) + k0(r, t) + U0(r, n);
}
function F0(r, e) {
  const t = 1 - r;
  return t * t * t * e;
}
function H0(r, e) {
  const t = 1 - r;
  return 3 * t * t * r * e;
}
function V0(r, e) {
  return 3 * (1 - r) * r * r * e;
}
function G0(r, e) {
  return r * r * r * e;
}
function rs(r, e, t, n, i) {
  return F0(r, e) + H0(r, t) + V0(r, n) + G0(r, i);
}
class Ea extends Nt {
  constructor(e = new K(), t = new K(), n = new K(), i = new K()) {
    super(), this.type = "CubicBezierCurve", this.v0 = e, this.v1 = t, this.v2 = n, this.v3 = i;
  }
  getPoint(e, t = new K()) {
    const n = t, i = this.v0, s = this.v1, o = this.v2, a = this.v3;
    return n.set(
      rs(e, i.x, s.x, o.x, a.x),
      rs(e, i.y, s.y, o.y, a.y)
    ), n;
  }
  copy(e) {
    return super.copy(e), this.v0.copy(e.v0), this.v1.copy(e.v1), this.v2.copy(e.v2), this.v3.copy(e.v3), this;
  }
  toJSON() {
    const e = super.toJSON();
    return e.v0 = this.v0.toArray(), e.v1 = this.v1.toArray(), e.v2 = this.v2.toArray(), e.v3 = this.v3.toArray(), e;
  }
  fromJSON(e) {
    return super.fromJSON(e), this.v0.fromArray(e.v0), this.v1.fromArray(e.v1), this.v2.fromArray(e.v2), this.v3.fromArray(e.v3), this;
  }
}
Ea.prototype.isCubicBezierCurve = !0;
class Zh extends Nt {
  constructor(e = new M(), t = new M(), n = new M(), i = new M()) {
    super(), this.type = "CubicBezierCurve3", this.v0 = e, this.v1 = t, this.v2 = n, this.v3 = i;
  }
  getPoint(e, t = new M()) {
    const n = t, i = this.v0, s = this.v1, o = this.v2, a = this.v3;
    return n.set(
      rs(e, i.x, s.x, o.x, a.x),
      rs(e, i.y, s.y, o.y, a.y),
      rs(e, i.z, s.z, o.z, a.z)
    ), n;
  }
  copy(e) {
    return super.copy(e), this.v0.copy(e.v0), this.v1.copy(e.v1), this.v2.copy(e.v2), this.v3.copy(e.v3), this;
  }
  toJSON() {
    const e = super.toJSON();
    return e.v0 = this.v0.toArray(), e.v1 = this.v1.toArray(), e.v2 = this.v2.toArray(), e.v3 = this.v3.toArray(), e;
  }
  fromJSON(e) {
    return super.fromJSON(e), this.v0.fromArray(e.v0), this.v1.fromArray(e.v1), this.v2.fromArray(e.v2), this.v3.fromArray(e.v3), this;
  }
}
Zh.prototype.isCubicBezierCurve3 = !0;
class Br extends Nt {
  constructor(e = new K(), t = new K()) {
    super(), this.type = "LineCurve", this.v1 = e, this.v2 = t;
  }
  getPoint(e, t = new K()) {
    const n = t;
    return e === 1 ? n.copy(this.v2) : (n.copy(this.v2).sub(this.v1), n.multiplyScalar(e).add(this.v1)), n;
  }
  // Line curve is linear, so we can overwrite default getPointAt
  getPointAt(e, t) {
    return this.getPoint(e, t);
  }
  getTangent(e, t) {
    const n = t || new K();
    return n.copy(this.v2).sub(this.v1).normalize(), n;
  }
  copy(e) {
    return super.copy(e), this.v1.copy(e.v1), this.v2.copy(e.v2), this;
  }
  toJSON() {
    const e = super.toJSON();
    return e.v1 = this.v1.toArray(), e.v2 = this.v2.toArray(), e;
  }
  fromJSON(e) {
    return super.fromJSON(e), this.v1.fromArray(e.v1), this.v2.fromArray(e.v2), this;
  }
}
Br.prototype.isLineCurve = !0;
class W0 extends Nt {
  constructor(e = new M(), t = new M()) {
    super(), this.type = "LineCurve3", this.isLineCurve3 = !0, this.v1 = e, this.v2 = t;
  }
  getPoint(e, t = new M()) {
    const n = t;
    return e === 1 ? n.copy(this.v2) : (n.copy(this.v2).sub(this.v1), n.multiplyScalar(e).add(this.v1)), n;
  }
  // Line curve is linear, so we can overwrite default getPointAt
  getPointAt(e, t) {
    return this.getPoint(e, t);
  }
  copy(e) {
    return super.copy(e), this.v1.copy(e.v1), this.v2.copy(e.v2), this;
  }
  toJSON() {
    const e = super.toJSON();
    return e.v1 = this.v1.toArray(), e.v2 = this.v2.toArray(), e;
  }
  fromJSON(e) {
    return super.fromJSON(e), this.v1.fromArray(e.v1), this.v2.fromArray(e.v2), this;
  }
}
class Ta extends Nt {
  constructor(e = new K(), t = new K(), n = new K()) {
    super(), this.type = "QuadraticBezierCurve", this.v0 = e, this.v1 = t, this.v2 = n;
  }
  getPoint(e, t = new K()) {
    const n = t, i = this.v0, s = this.v1, o = this.v2;
    return n.set(
      ss(e, i.x, s.x, o.x),
      ss(e, i.y, s.y, o.y)
    ), n;
  }
  copy(e) {
    return super.copy(e), this.v0.copy(e.v0), this.v1.copy(e.v1), this.v2.copy(e.v2), this;
  }
  toJSON() {
    const e = super.toJSON();
    return e.v0 = this.v0.toArray(), e.v1 = this.v1.toArray(), e.v2 = this.v2.toArray(), e;
  }
  fromJSON(e) {
    return super.fromJSON(e), this.v0.fromArray(e.v0), this.v1.fromArray(e.v1), this.v2.fromArray(e.v2), this;
  }
}
Ta.prototype.isQuadraticBezierCurve = !0;
class kr extends Nt {
  constructor(e = new M(), t = new M(), n = new M()) {
    super(), this.type = "QuadraticBezierCurve3", this.v0 = e, this.v1 = t, this.v2 = n;
  }
  getPoint(e, t = new M()) {
    const n = t, i = this.v0, s = this.v1, o = this.v2;
    return n.set(
      ss(e, i.x, s.x, o.x),
      ss(e, i.y, s.y, o.y),
      ss(e, i.z, s.z, o.z)
    ), n;
  }
  copy(e) {
    return super.copy(e), this.v0.copy(e.v0), this.v1.copy(e.v1), this.v2.copy(e.v2), this;
  }
  toJSON() {
    const e = super.toJSON();
    return e.v0 = this.v0.toArray(), e.v1 = this.v1.toArray(), e.v2 = this.v2.toArray(), e;
  }
  fromJSON(e) {
    return super.fromJSON(e), this.v0.fromArray(e.v0), this.v1.fromArray(e.v1), this.v2.fromArray(e.v2), this;
  }
}
kr.prototype.isQuadraticBezierCurve3 = !0;
class Aa extends Nt {
  constructor(e = []) {
    super(), this.type = "SplineCurve", this.points = e;
  }
  getPoint(e, t = new K()) {
    const n = t, i = this.points, s = (i.length - 1) * e, o = Math.floor(s), a = s - o, l = i[o === 0 ? o : o - 1], c = i[o], h = i[o > i.length - 2 ? i.length - 1 : o + 1], u = i[o > i.length - 3 ? i.length - 1 : o + 2];
    return n.set(
      yc(a, l.x, c.x, h.x, u.x),
      yc(a, l.y, c.y, h.y, u.y)
    ), n;
  }
  copy(e) {
    super.copy(e), this.points = [];
    for (let t = 0, n = e.points.length; t < n; t++) {
      const i = e.points[t];
      this.points.push(i.clone());
    }
    return this;
  }
  toJSON() {
    const e = super.toJSON();
    e.points = [];
    for (let t = 0, n = this.points.length; t < n; t++) {
      const i = this.points[t];
      e.points.push(i.toArray());
    }
    return e;
  }
  fromJSON(e) {
    super.fromJSON(e), this.points = [];
    for (let t = 0, n = e.points.length; t < n; t++) {
      const i = e.points[t];
      this.points.push(new K().fromArray(i));
    }
    return this;
  }
}
Aa.prototype.isSplineCurve = !0;
var Ca = /* @__PURE__ */ Object.freeze({
  __proto__: null,
  ArcCurve: Xh,
  CatmullRomCurve3: Yh,
  CubicBezierCurve: Ea,
  CubicBezierCurve3: Zh,
  EllipseCurve: zr,
  LineCurve: Br,
  LineCurve3: W0,
  QuadraticBezierCurve: Ta,
  QuadraticBezierCurve3: kr,
  SplineCurve: Aa
});
class j0 extends Nt {
  constructor() {
    super(), this.type = "CurvePath", this.curves = [], this.autoClose = !1;
  }
  add(e) {
    this.curves.push(e);
  }
  closePath() {
    const e = this.curves[0].getPoint(0), t = this.curves[this.curves.length - 1].getPoint(1);
    e.equals(t) || this.curves.push(new Br(t, e));
  }
  // To get accurate point with reference to
  // entire path distance at time t,
  // following has to be done:
  // 1. Length of each sub path have to be known
  // 2. Locate and identify type of curve
  // 3. Get t for the curve
  // 4. Return curve.getPointAt(t')
  getPoint(e, t) {
    const n = e * this.getLength(), i = this.getCurveLengths();
    let s = 0;
    for (; s < i.length; ) {
      if (i[s] >= n) {
        const o = i[s] - n, a = this.curves[s], l = a.getLength(), c = l === 0 ? 0 : 1 - o / l;
        return a.getPointAt(c, t);
      }
      s++;
    }
    return null;
  }
  // We cannot use the default THREE.Curve getPoint() with getLength() because in
  // THREE.Curve, getLength() depends on getPoint() but in THREE.CurvePath
  // getPoint() depends on getLength
  getLength() {
    const e = this.getCurveLengths();
    return e[e.length - 1];
  }
  // cacheLengths must be recalculated.
  updateArcLengths() {
    this.needsUpdate = !0, this.cacheLengths = null, this.getCurveLengths();
  }
  // Compute lengths and cache them
  // We cannot overwrite getLengths() because UtoT mapping uses it.
  getCurveLengths() {
    if (this.cacheLengths && this.cacheLengths.length === this.curves.length)
      return this.cacheLengths;
    const e = [];
    let t = 0;
    for (let n = 0, i = this.curves.length; n < i; n++)
      t += this.curves[n].getLength(), e.push(t);
    return this.cacheLengths = e, e;
  }
  getSpacedPoints(e = 40) {
    const t = [];
    for (let n = 0; n <= e; n++)
      t.push(this.getPoint(n / e));
    return this.autoClose && t.push(t[0]), t;
  }
  getPoints(e = 12) {
    const t = [];
    let n;
    for (let i = 0, s = this.curves; i < s.length; i++) {
      const o = s[i], a = o.isEllipseCurve ? e * 2 : o.isLineCurve || o.isLineCurve3 ? 1 : o.isSplineCurve ? e * o.points.length : e, l = o.getPoints(a);
      for (let c = 0; c < l.length; c++) {
        const h = l[c];
        n && n.equals(h) || (t.push(h), n = h);
      }
    }
    return this.autoClose && t.length > 1 && !t[t.length - 1].equals(t[0]) && t.push(t[0]), t;
  }
  copy(e) {
    super.copy(e), this.curves = [];
    for (let t = 0, n = e.curves.length; t < n; t++) {
      const i = e.curves[t];
      this.curves.push(i.clone());
    }
    return this.autoClose = e.autoClose, this;
  }
  toJSON() {
    const e = super.toJSON();
    e.autoClose = this.autoClose, e.curves = [];
    for (let t = 0, n = this.curves.length; t < n; t++) {
      const i = this.curves[t];
      e.curves.push(i.toJSON());
    }
    return e;
  }
  fromJSON(e) {
    super.fromJSON(e), this.autoClose = e.autoClose, this.curves = [];
    for (let t = 0, n = e.curves.length; t < n; t++) {
      const i = e.curves[t];
      this.curves.push(new Ca[i.type]().fromJSON(i));
    }
    return this;
  }
}
class sa extends j0 {
  constructor(e) {
    super(), this.type = "Path", this.currentPoint = new K(), e && this.setFromPoints(e);
  }
  setFromPoints(e) {
    this.moveTo(e[0].x, e[0].y);
    for (let t = 1, n = e.length; t < n; t++)
      this.lineTo(e[t].x, e[t].y);
    return this;
  }
  moveTo(e, t) {
    return this.currentPoint.set(e, t), this;
  }
  lineTo(e, t) {
    const n = new Br(this.currentPoint.clone(), new K(e, t));
    return this.curves.push(n), this.currentPoint.set(e, t), this;
  }
  quadraticCurveTo(e, t, n, i) {
    const s = new Ta(
      this.currentPoint.clone(),
      new K(e, t),
      new K(n, i)
    );
    return this.curves.push(s), this.currentPoint.set(n, i), this;
  }
  bezierCurveTo(e, t, n, i, s, o) {
    const a = new Ea(
      this.currentPoint.clone(),
      new K(e, t),
      new K(n, i),
      new K(s, o)
    );
    return this.curves.push(a), this.currentPoint.set(s, o), this;
  }
  splineThru(e) {
    const t = [this.currentPoint.clone()].concat(e), n = new Aa(t);
    return this.curves.push(n), this.currentPoint.copy(e[e.length - 1]), this;
  }
  arc(e, t, n, i, s, o) {
    const a = this.currentPoint.x, l = this.currentPoint.y;
    return this.absarc(
      e + a,
      t + l,
      n,
      i,
      s,
      o
    ), this;
  }
  absarc(e, t, n, i, s, o) {
    return this.absellipse(e, t, n, n, i, s, o), this;
  }
  ellipse(e, t, n, i, s, o, a, l) {
    const c = this.currentPoint.x, h = this.currentPoint.y;
    return this.absellipse(e + c, t + h, n, i, s, o, a, l), this;
  }
  absellipse(e, t, n, i, s, o, a, l) {
    const c = new zr(e, t, n, i, s, o, a, l);
    if (this.curves.length > 0) {
      const u = c.getPoint(0);
      u.equals(this.currentPoint) || this.lineTo(u.x, u.y);
    }
    this.curves.push(c);
    const h = c.getPoint(1);
    return this.currentPoint.copy(h), this;
  }
  copy(e) {
    return super.copy(e), this.currentPoint.copy(e.currentPoint), this;
  }
  toJSON() {
    const e = super.toJSON();
    return e.currentPoint = this.currentPoint.toArray(), e;
  }
  fromJSON(e) {
    return super.fromJSON(e), this.currentPoint.fromArray(e.currentPoint), this;
  }
}
class Ur extends Be {
  constructor(e = 1, t = 1, n = 1, i = 8, s = 1, o = !1, a = 0, l = Math.PI * 2) {
    super(), this.type = "CylinderGeometry", this.parameters = {
      radiusTop: e,
      radiusBottom: t,
      height: n,
      radialSegments: i,
      heightSegments: s,
      openEnded: o,
      thetaStart: a,
      thetaLength: l
    };
    const c = this;
    i = Math.floor(i), s = Math.floor(s);
    const h = [], u = [], d = [], f = [];
    let g = 0;
    const p = [], m = n / 2;
    let y = 0;
    _(), o === !1 && (e > 0 && S(!0), t > 0 && S(!1)), this.setIndex(h), this.setAttribute("position", new De(u, 3)), this.setAttribute("normal", new De(d, 3)), this.setAttribute("uv", new De(f, 2));
    function _() {
      const w = new M(), x = new M();
      let L = 0;
      const D = (t - e) / n;
      for (let T = 0; T <= s; T++) {
        const N = [], P = T / s, b = P * (t - e) + e;
        for (let R = 0; R <= i; R++) {
          const $ = R / i, z = $ * l + a, X = Math.sin(z), G = Math.cos(z);
          x.x = b * X, x.y = -P * n + m, x.z = b * G, u.push(x.x, x.y, x.z), w.set(X, D, G).normalize(), d.push(w.x, w.y, w.z), f.push($, 1 - P), N.push(g++);
        }
        p.push(N);
      }
      for (let T = 0; T < i; T++)
        for (let N = 0; N < s; N++) {
          const P = p[N][T], b = p[N + 1][T], R = p[N + 1][T + 1], $ = p[N][T + 1];
          h.push(P, b, $), h.push(b, R, $), L += 6;
        }
      c.addGroup(y, L, 0), y += L;
    }
    function S(w) {
      const x = g, L = new K(), D = new M();
      let T = 0;
      const N = w === !0 ? e : t, P = w === !0 ? 1 : -1;
      for (let R = 1; R <= i; R++)
        u.push(0, m * P, 0), d.push(0, P, 0), f.push(0.5, 0.5), g++;
      const b = g;
      for (let R = 0; R <= i; R++) {
        const z = R / i * l + a, X = Math.cos(z), G = Math.sin(z);
        D.x = N * G, D.y = m * P, D.z = N * X, u.push(D.x, D.y, D.z), d.push(0, P, 0), L.x = X * 0.5 + 0.5, L.y = G * 0.5 * P + 0.5, f.push(L.x, L.y), g++;
      }
      for (let R = 0; R < i; R++) {
        const $ = x + R, z = b + R;
        w === !0 ? h.push(z, z + 1, $) : h.push(z + 1, z, $), T += 3;
      }
      c.addGroup(y, T, w === !0 ? 1 : 2), y += T;
    }
  }
  static fromJSON(e) {
    return new Ur(e.radiusTop, e.radiusBottom, e.height, e.radialSegments, e.heightSegments, e.openEnded, e.thetaStart, e.thetaLength);
  }
}
class La extends Ur {
  constructor(e = 1, t = 1, n = 8, i = 1, s = !1, o = 0, a = Math.PI * 2) {
    super(0, e, t, n, i, s, o, a), this.type = "ConeGeometry", this.parameters = {
      radius: e,
      height: t,
      radialSegments: n,
      heightSegments: i,
      openEnded: s,
      thetaStart: o,
      thetaLength: a
    };
  }
  static fromJSON(e) {
    return new La(e.radius, e.height, e.radialSegments, e.heightSegments, e.openEnded, e.thetaStart, e.thetaLength);
  }
}
class Ra extends Be {
  constructor(e = [], t = [], n = 1, i = 0) {
    super(), this.type = "PolyhedronGeometry", this.parameters = {
      vertices: e,
      indices: t,
      radius: n,
      detail: i
    };
    const s = [], o = [];
    a(i), c(n), h(), this.setAttribute("position", new De(s, 3)), this.setAttribute("normal", new De(s.slice(), 3)), this.setAttribute("uv", new De(o, 2)), i === 0 ? this.computeVertexNormals() : this.normalizeNormals();
    function a(_) {
      const S = new M(), w = new M(), x = new M();
      for (let L = 0; L < t.length; L += 3)
        f(t[L + 0], S), f(t[L + 1], w), f(t[L + 2], x), l(S, w, x, _);
    }
    function l(_, S, w, x) {
      const L = x + 1, D = [];
      for (let T = 0; T <= L; T++) {
        D[T] = [];
        const N = _.clone().lerp(w, T / L), P = S.clone().lerp(w, T / L), b = L - T;
        for (let R = 0; R <= b; R++)
          R === 0 && T === L ? D[T][R] = N : D[T][R] = N.clone().lerp(P, R / b);
      }
      for (let T = 0; T < L; T++)
        for (let N = 0; N < 2 * (L - T) - 1; N++) {
          const P = Math.floor(N / 2);
          N % 2 === 0 ? (d(D[T][P + 1]), d(D[T + 1][P]), d(D[T][P])) : (d(D[T][P + 1]), d(D[T + 1][P + 1]), d(D[T + 1][P]));
        }
    }
    function c(_) {
      const S = new M();
      for (let w = 0; w < s.length; w += 3)
        S.x = s[w + 0], S.y = s[w + 1], S.z = s[w + 2], S.normalize().multiplyScalar(_), s[w + 0] = S.x, s[w + 1] = S.y, s[w + 2] = S.z;
    }
    function h() {
      const _ = new M();
      for (let S = 0; S < s.length; S += 3) {
        _.x = s[S + 0], _.y = s[S + 1], _.z = s[S + 2];
        const w = m(_) / 2 / Math.PI + 0.5, x = y(_) / Math.PI + 0.5;
        o.push(w, 1 - x);
      }
      g(), u();
    }
    function u() {
      for (let _ = 0; _ < o.length; _ += 6) {
        const S = o[_ + 0], w = o[_ + 2], x = o[_ + 4], L = Math.max(S, w, x), D = Math.min(S, w, x);
        L > 0.9 && D < 0.1 && (S < 0.2 && (o[_ + 0] += 1), w < 0.2 && (o[_ + 2] += 1), x < 0.2 && (o[_ + 4] += 1));
      }
    }
    function d(_) {
      s.push(_.x, _.y, _.z);
    }
    function f(_, S) {
      const w = _ * 3;
      S.x = e[w + 0], S.y = e[w + 1], S.z = e[w + 2];
    }
    function g() {
      const _ = new M(), S = new M(), w = new M(), x = new M(), L = new K(), D = new K(), T = new K();
      for (let N = 0, P = 0; N < s.length; N += 9, P += 6) {
        _.set(s[N + 0], s[N + 1], s[N + 2]), S.set(s[N + 3], s[N + 4], s[N + 5]), w.set(s[N + 6], s[N + 7], s[N + 8]), L.set(o[P + 0], o[P + 1]), D.set(o[P + 2], o[P + 3]), T.set(o[P + 4], o[P + 5]), x.copy(_).add(S).add(w).divideScalar(3);
        const b = m(x);
        p(L, P + 0, _, b), p(D, P + 2, S, b), p(T, P + 4, w, b);
      }
    }
    function p(_, S, w, x) {
      x < 0 && _.x === 1 && (o[S] = _.x - 1), w.x === 0 && w.z === 0 && (o[S] = x / 2 / Math.PI + 0.5);
    }
    function m(_) {
      return Math.atan2(_.z, -_.x);
    }
    function y(_) {
      return Math.atan2(-_.y, Math.sqrt(_.x * _.x + _.z * _.z));
    }
  }
  static fromJSON(e) {
    return new Ra(e.vertices, e.indices, e.radius, e.details);
  }
}
const nr = new M(), ir = new M(), Po = new M(), sr = new at();
class ra extends Be {
  constructor(e = null, t = 1) {
    if (super(), this.type = "EdgesGeometry", this.parameters = {
      geometry: e,
      thresholdAngle: t
    }, e !== null) {
      const i = Math.pow(10, 4), s = Math.cos(gr * t), o = e.getIndex(), a = e.getAttribute("position"), l = o ? o.count : a.count, c = [0, 0, 0], h = ["a", "b", "c"], u = new Array(3), d = {}, f = [];
      for (let g = 0; g < l; g += 3) {
        o ? (c[0] = o.getX(g), c[1] = o.getX(g + 1), c[2] = o.getX(g + 2)) : (c[0] = g, c[1] = g + 1, c[2] = g + 2);
        const { a: p, b: m, c: y } = sr;
        if (p.fromBufferAttribute(a, c[0]), m.fromBufferAttribute(a, c[1]), y.fromBufferAttribute(a, c[2]), sr.getNormal(Po), u[0] = `${Math.round(p.x * i)},${Math.round(p.y * i)},${Math.round(p.z * i)}`, u[1] = `${Math.round(m.x * i)},${Math.round(m.y * i)},${Math.round(m.z * i)}`, u[2] = `${Math.round(y.x * i)},${Math.round(y.y * i)},${Math.round(y.z * i)}`, !(u[0] === u[1] || u[1] === u[2] || u[2] === u[0]))
          for (let _ = 0; _ < 3; _++) {
            const S = (_ + 1) % 3, w = u[_], x = u[S], L = sr[h[_]], D = sr[h[S]], T = `${w}_${x}`, N = `${x}_${w}`;
            N in d && d[N] ? (Po.dot(d[N].normal) <= s && (f.push(L.x, L.y, L.z), f.push(D.x, D.y, D.z)), d[N] = null) : T in d || (d[T] = {
              index0: c[_],
              index1: c[S],
              normal: Po.clone()
            });
          }
      }
      for (const g in d)
        if (d[g]) {
          const { index0: p, index1: m } = d[g];
          nr.fromBufferAttribute(a, p), ir.fromBufferAttribute(a, m), f.push(nr.x, nr.y, nr.z), f.push(ir.x, ir.y, ir.z);
        }
      this.setAttribute("position", new De(f, 3));
    }
  }
}
class Ss extends sa {
  constructor(e) {
    super(e), this.uuid = Kt(), this.type = "Shape", this.holes = [];
  }
  getPointsHoles(e) {
    const t = [];
    for (let n = 0, i = this.holes.length; n < i; n++)
      t[n] = this.holes[n].getPoints(e);
    return t;
  }
  // get points of shape and holes (keypoints based on segments parameter)
  extractPoints(e) {
    return {
      shape: this.getPoints(e),
      holes: this.getPointsHoles(e)
    };
  }
  copy(e) {
    super.copy(e), this.holes = [];
    for (let t = 0, n = e.holes.length; t < n; t++) {
      const i = e.holes[t];
      this.holes.push(i.clone());
    }
    return this;
  }
  toJSON() {
    const e = super.toJSON();
    e.uuid = this.uuid, e.holes = [];
    for (let t = 0, n = this.holes.length; t < n; t++) {
      const i = this.holes[t];
      e.holes.push(i.toJSON());
    }
    return e;
  }
  fromJSON(e) {
    super.fromJSON(e), this.uuid = e.uuid, this.holes = [];
    for (let t = 0, n = e.holes.length; t < n; t++) {
      const i = e.holes[t];
      this.holes.push(new sa().fromJSON(i));
    }
    return this;
  }
}
const q0 = {
  triangulate: function(r, e, t = 2) {
    const n = e && e.length, i = n ? e[0] * t : r.length;
    let s = $h(r, 0, i, t, !0);
    const o = [];
    if (!s || s.next === s.prev) return o;
    let a, l, c, h, u, d, f;
    if (n && (s = J0(r, e, s, t)), r.length > 80 * t) {
      a = c = r[0], l = h = r[1];
      for (let g = t; g < i; g += t)
        u = r[g], d = r[g + 1], u < a && (a = u), d < l && (l = d), u > c && (c = u), d > h && (h = d);
      f = Math.max(c - a, h - l), f = f !== 0 ? 1 / f : 0;
    }
    return ms(s, o, t, a, l, f), o;
  }
};
function $h(r, e, t, n, i) {
  let s, o;
  if (i === ly(r, e, t, n) > 0)
    for (s = e; s < t; s += n) o = vc(s, r[s], r[s + 1], o);
  else
    for (s = t - n; s >= e; s -= n) o = vc(s, r[s], r[s + 1], o);
  return o && Fr(o, o.next) && (ys(o), o = o.next), o;
}
function Rn(r, e) {
  if (!r) return r;
  e || (e = r);
  let t = r, n;
  do
    if (n = !1, !t.steiner && (Fr(t, t.next) || nt(t.prev, t, t.next) === 0)) {
      if (ys(t), t = e = t.prev, t === t.next) break;
      n = !0;
    } else
      t = t.next;
  while (n || t !== e);
  return e;
}
function ms(r, e, t, n, i, s, o) {
  if (!r) return;
  !o && s && ny(r, n, i, s);
  let a = r, l, c;
  for (; r.prev !== r.next; ) {
    if (l = r.prev, c = r.next, s ? Y0(r, n, i, s) : X0(r)) {
      e.push(l.i / t), e.push(r.i / t), e.push(c.i / t), ys(r), r = c.next, a = c.next;
      continue;
    }
    if (r = c, r === a) {
      o ? o === 1 ? (r = Z0(Rn(r), e, t), ms(r, e, t, n, i, s, 2)) : o === 2 && $0(r, e, t, n, i, s) : ms(Rn(r), e, t, n, i, s, 1);
      break;
    }
  }
}
function X0(r) {
  const e = r.prev, t = r, n = r.next;
  if (nt(e, t, n) >= 0) return !1;
  let i = r.next.next;
  for (; i !== r.prev; ) {
    if (Mi(e.x, e.y, t.x, t.y, n.x, n.y, i.x, i.y) && nt(i.prev, i, i.next) >= 0) return !1;
    i = i.next;
  }
  return !0;
}
function Y0(r, e, t, n) {
  const i = r.prev, s = r, o = r.next;
  if (nt(i, s, o) >= 0) return !1;
  const a = i.x < s.x ? i.x < o.x ? i.x : o.x : s.x < o.x ? s.x : o.x, l = i.y < s.y ? i.y < o.y ? i.y : o.y : s.y < o.y ? s.y : o.y, c = i.x > s.x ? i.x > o.x ? i.x : o.x : s.x > o.x ? s.x : o.x, h = i.y > s.y ? i.y > o.y ? i.y : o.y : s.y > o.y ? s.y : o.y, u = oa(a, l, e, t, n), d = oa(c, h, e, t, n);
  let f = r.prevZ, g = r.nextZ;
  for (; f && f.z >= u && g && g.z <= d; ) {
    if (f !== r.prev && f !== r.next && Mi(i.x, i.y, s.x, s.y, o.x, o.y, f.x, f.y) && nt(f.prev, f, f.next) >= 0 || (f = f.prevZ, g !== r.prev && g !== r.next && Mi(i.x, i.y, s.x, s.y, o.x, o.y, g.x, g.y) && nt(g.prev, g, g.next) >= 0)) return !1;
    g = g.nextZ;
  }
  for (; f && f.z >= u; ) {
    if (f !== r.prev && f !== r.next && Mi(i.x, i.y, s.x, s.y, o.x, o.y, f.x, f.y) && nt(f.prev, f, f.next) >= 0) return !1;
    f = f.prevZ;
  }
  for (; g && g.z <= d; ) {
    if (g !== r.prev && g !== r.next && Mi(i.x, i.y, s.x, s.y, o.x, o.y, g.x, g.y) && nt(g.prev, g, g.next) >= 0) return !1;
    g = g.nextZ;
  }
  return !0;
}
function Z0(r, e, t) {
  let n = r;
  do {
    const i = n.prev, s = n.next.next;
    !Fr(i, s) && Jh(i, n, n.next, s) && gs(i, s) && gs(s, i) && (e.push(i.i / t), e.push(n.i / t), e.push(s.i / t), ys(n), ys(n.next), n = r = s), n = n.next;
  } while (n !== r);
  return Rn(n);
}
function $0(r, e, t, n, i, s) {
  let o = r;
  do {
    let a = o.next.next;
    for (; a !== o.prev; ) {
      if (o.i !== a.i && ry(o, a)) {
        let l = Kh(o, a);
        o = Rn(o, o.next), l = Rn(l, l.next), ms(o, e, t, n, i, s), ms(l, e, t, n, i, s);
        return;
      }
      a = a.next;
    }
    o = o.next;
  } while (o !== r);
}
function J0(r, e, t, n) {
  const i = [];
  let s, o, a, l, c;
  for (s = 0, o = e.length; s < o; s++)
    a = e[s] * n, l = s < o - 1 ? e[s + 1] * n : r.length, c = $h(r, a, l, n, !1), c === c.next && (c.steiner = !0), i.push(sy(c));
  for (i.sort(K0), s = 0; s < i.length; s++)
    Q0(i[s], t), t = Rn(t, t.next);
  return t;
}
function K0(r, e) {
  return r.x - e.x;
}
function Q0(r, e) {
  if (e = ey(r, e), e) {
    const t = Kh(e, r);
    Rn(e, e.next), Rn(t, t.next);
  }
}
function ey(r, e) {
  let t = e;
  const n = r.x, i = r.y;
  let s = -1 / 0, o;
  do {
    if (i <= t.y && i >= t.next.y && t.next.y !== t.y) {
      const d = t.x + (i - t.y) * (t.next.x - t.x) / (t.next.y - t.y);
      if (d <= n && d > s) {
        if (s = d, d === n) {
          if (i === t.y) return t;
          if (i === t.next.y) return t.next;
        }
        o = t.x < t.next.x ? t : t.next;
      }
    }
    t = t.next;
  } while (t !== e);
  if (!o) return null;
  if (n === s) return o;
  const a = o, l = o.x, c = o.y;
  let h = 1 / 0, u;
  t = o;
  do
    n >= t.x && t.x >= l && n !== t.x && Mi(i < c ? n : s, i, l, c, i < c ? s : n, i, t.x, t.y) && (u = Math.abs(i - t.y) / (n - t.x), gs(t, r) && (u < h || u === h && (t.x > o.x || t.x === o.x && ty(o, t))) && (o = t, h = u)), t = t.next;
  while (t !== a);
  return o;
}
function ty(r, e) {
  return nt(r.prev, r, e.prev) < 0 && nt(e.next, r, r.next) < 0;
}
function ny(r, e, t, n) {
  let i = r;
  do
    i.z === null && (i.z = oa(i.x, i.y, e, t, n)), i.prevZ = i.prev, i.nextZ = i.next, i = i.next;
  while (i !== r);
  i.prevZ.nextZ = null, i.prevZ = null, iy(i);
}
function iy(r) {
  let e, t, n, i, s, o, a, l, c = 1;
  do {
    for (t = r, r = null, s = null, o = 0; t; ) {
      for (o++, n = t, a = 0, e = 0; e < c && (a++, n = n.nextZ, !!n); e++)
        ;
      for (l = c; a > 0 || l > 0 && n; )
        a !== 0 && (l === 0 || !n || t.z <= n.z) ? (i = t, t = t.nextZ, a--) : (i = n, n = n.nextZ, l--), s ? s.nextZ = i : r = i, i.prevZ = s, s = i;
      t = n;
    }
    s.nextZ = null, c *= 2;
  } while (o > 1);
  return r;
}
function oa(r, e, t, n, i) {
  return r = 32767 * (r - t) * i, e = 32767 * (e - n) * i, r = (r | r << 8) & 16711935, r = (r | r << 4) & 252645135, r = (r | r << 2) & 858993459, r = (r | r << 1) & 1431655765, e = (e | e << 8) & 16711935, e = (e | e << 4) & 252645135, e = (e | e << 2) & 858993459, e = (e | e << 1) & 1431655765, r | e << 1;
}
function sy(r) {
  let e = r, t = r;
  do
    (e.x < t.x || e.x === t.x && e.y < t.y) && (t = e), e = e.next;
  while (e !== r);
  return t;
}
function Mi(r, e, t, n, i, s, o, a) {
  return (i - o) * (e - a) - (r - o) * (s - a) >= 0 && (r - o) * (n - a) - (t - o) * (e - a) >= 0 && (t - o) * (s - a) - (i - o) * (n - a) >= 0;
}
function ry(r, e) {
  return r.next.i !== e.i && r.prev.i !== e.i && !oy(r, e) && // doesn't intersect other edges
  (gs(r, e) && gs(e, r) && ay(r, e) && // locally visible
  (nt(r.prev, r, e.prev) || nt(r, e.prev, e)) || // does not create opposite-facing sectors
  Fr(r, e) && nt(r.prev, r, r.next) > 0 && nt(e.prev, e, e.next) > 0);
}
function nt(r, e, t) {
  return (e.y - r.y) * (t.x - e.x) - (e.x - r.x) * (t.y - e.y);
}
function Fr(r, e) {
  return r.x === e.x && r.y === e.y;
}
function Jh(r, e, t, n) {
  const i = or(nt(r, e, t)), s = or(nt(r, e, n)), o = or(nt(t, n, r)), a = or(nt(t, n, e));
  return !!(i !== s && o !== a || i === 0 && rr(r, t, e) || s === 0 && rr(r, n, e) || o === 0 && rr(t, r, n) || a === 0 && rr(t, e, n));
}
function rr(r, e, t) {
  return e.x <= Math.max(r.x, t.x) && e.x >= Math.min(r.x, t.x) && e.y <= Math.max(r.y, t.y) && e.y >= Math.min(r.y, t.y);
}
function or(r) {
  return r > 0 ? 1 : r < 0 ? -1 : 0;
}
function oy(r, e) {
  let t = r;
  do {
    if (t.i !== r.i && t.next.i !== r.i && t.i !== e.i && t.next.i !== e.i && Jh(t, t.next, r, e)) return !0;
    t = t.next;
  } while (t !== r);
  return !1;
}
function gs(r, e) {
  return nt(r.prev, r, r.next) < 0 ? nt(r, e, r.next) >= 0 && nt(r, r.prev, e) >= 0 : nt(r, e, r.prev) < 0 || nt(r, r.next, e) < 0;
}
function ay(r, e) {
  let t = r, n = !1;
  const i = (r.x + e.x) / 2, s = (r.y + e.y) / 2;
  do
    t.y > s != t.next.y > s && t.next.y !== t.y && i < (t.next.x - t.x) * (s - t.y) / (t.next.y - t.y) + t.x && (n = !n), t = t.next;
  while (t !== r);
  return n;
}
function Kh(r, e) {
  const t = new aa(r.i, r.x, r.y), n = new aa(e.i, e.x, e.y), i = r.next, s = e.prev;
  return r.next = e, e.prev = r, t.next = i, i.prev = t, n.next = t, t.prev = n, s.next = n, n.prev = s, n;
}
function vc(r, e, t, n) {
  const i = new aa(r, e, t);
  return n ? (i.next = n.next, i.prev = n, n.next.prev = i, n.next = i) : (i.prev = i, i.next = i), i;
}
function ys(r) {
  r.next.prev = r.prev, r.prev.next = r.next, r.prevZ && (r.prevZ.nextZ = r.nextZ), r.nextZ && (r.nextZ.prevZ = r.prevZ);
}
function aa(r, e, t) {
  this.i = r, this.x = e, this.y = t, this.prev = null, this.next = null, this.z = null, this.prevZ = null, this.nextZ = null, this.steiner = !1;
}
function ly(r, e, t, n) {
  let i = 0;
  for (let s = e, o = t - n; s < t; s += n)
    i += (r[o] - r[s]) * (r[s + 1] + r[o + 1]), o = s;
  return i;
}
class Cn {
  // calculate area of the contour polygon
  static area(e) {
    const t = e.length;
    let n = 0;
    for (let i = t - 1, s = 0; s < t; i = s++)
      n += e[i].x * e[s].y - e[s].x * e[i].y;
    return n * 0.5;
  }
  static isClockWise(e) {
    return Cn.area(e) < 0;
  }
  static triangulateShape(e, t) {
    const n = [], i = [], s = [];
    xc(e), _c(n, e);
    let o = e.length;
    t.forEach(xc);
    for (let l = 0; l < t.length; l++)
      i.push(o), o += t[l].length, _c(n, t[l]);
    const a = q0.triangulate(n, i);
    for (let l = 0; l < a.length; l += 3)
      s.push(a.slice(l, l + 3));
    return s;
  }
}
function xc(r) {
  const e = r.length;
  e > 2 && r[e - 1].equals(r[0]) && r.pop();
}
function _c(r, e) {
  for (let t = 0; t < e.length; t++)
    r.push(e[t].x), r.push(e[t].y);
}
class Hi extends Be {
  constructor(e = new Ss([new K(0.5, 0.5), new K(-0.5, 0.5), new K(-0.5, -0.5), new K(0.5, -0.5)]), t = {}) {
    super(), this.type = "ExtrudeGeometry", this.parameters = {
      shapes: e,
      options: t
    }, e = Array.isArray(e) ? e : [e];
    const n = this, i = [], s = [];
    for (let a = 0, l = e.length; a < l; a++) {
      const c = e[a];
      o(c);
    }
    this.setAttribute("position", new De(i, 3)), this.setAttribute("uv", new De(s, 2)), this.computeVertexNormals();
    function o(a) {
      const l = [], c = t.curveSegments !== void 0 ? t.curveSegments : 12, h = t.steps !== void 0 ? t.steps : 1;
      let u = t.depth !== void 0 ? t.depth : 1, d = t.bevelEnabled !== void 0 ? t.bevelEnabled : !0, f = t.bevelThickness !== void 0 ? t.bevelThickness : 0.2, g = t.bevelSize !== void 0 ? t.bevelSize : f - 0.1, p = t.bevelOffset !== void 0 ? t.bevelOffset : 0, m = t.bevelSegments !== void 0 ? t.bevelSegments : 3;
      const y = t.extrudePath, _ = t.UVGenerator !== void 0 ? t.UVGenerator : cy;
      t.amount !== void 0 && (console.warn("THREE.ExtrudeBufferGeometry: amount has been renamed to depth."), u = t.amount);
      let S, w = !1, x, L, D, T;
      y && (S = y.getSpacedPoints(h), w = !0, d = !1, x = y.computeFrenetFrames(h, !1), L = new M(), D = new M(), T = new M()), d || (m = 0, f = 0, g = 0, p = 0);
      const N = a.extractPoints(c);
      let P = N.shape;
      const b = N.holes;
      if (!Cn.isClockWise(P)) {
        P = P.reverse();
        for (let B = 0, H = b.length; B < H; B++) {
          const V = b[B];
          Cn.isClockWise(V) && (b[B] = V.reverse());
        }
      }
      const $ = Cn.triangulateShape(P, b), z = P;
      for (let B = 0, H = b.length; B < H; B++) {
        const V = b[B];
        P = P.concat(V);
      }
      function X(B, H, V) {
        return H || console.error("THREE.ExtrudeGeometry: vec does not exist"), H.clone().multiplyScalar(V).add(B);
      }
      const G = P.length, q = $.length;
      function O(B, H, V) {
        let ie, te, _e;
        const be = B.x - H.x, ce = B.y - H.y, Te = V.x - B.x, Re = V.y - B.y, E = be * be + ce * ce, v = be * Re - ce * Te;
        if (Math.abs(v) > Number.EPSILON) {
          const k = Math.sqrt(E), Z = Math.sqrt(Te * Te + Re * Re), ae = H.x - ce / k, fe = H.y + be / k, Se = V.x - Re / Z, A = V.y + Te / Z, he = ((Se - ae) * Re - (A - fe) * Te) / (be * Re - ce * Te);
          ie = ae + be * he - B.x, te = fe + ce * he - B.y;
          const we = ie * ie + te * te;
          if (we <= 2)
            return new K(ie, te);
          _e = Math.sqrt(we / 2);
        } else {
          let k = !1;
          be > Number.EPSILON ? Te > Number.EPSILON && (k = !0) : be < -Number.EPSILON ? Te < -Number.EPSILON && (k = !0) : Math.sign(ce) === Math.sign(Re) && (k = !0), k ? (ie = -ce, te = be, _e = Math.sqrt(E)) : (ie = be, te = ce, _e = Math.sqrt(E / 2));
        }
        return new K(ie / _e, te / _e);
      }
      const ne = [];
      for (let B = 0, H = z.length, V = H - 1, ie = B + 1; B < H; B++, V++, ie++)
        V === H && (V = 0), ie === H && (ie = 0), ne[B] = O(z[B], z[V], z[ie]);
      const Q = [];
      let ue, le = ne.concat();
      for (let B = 0, H = b.length; B < H; B++) {
        const V = b[B];
        ue = [];
        for (let ie = 0, te = V.length, _e = te - 1, be = ie + 1; ie < te; ie++, _e++, be++)
          _e === te && (_e = 0), be === te && (be = 0), ue[ie] = O(V[ie], V[_e], V[be]);
        Q.push(ue), le = le.concat(ue);
      }
      for (let B = 0; B < m; B++) {
        const H = B / m, V = f * Math.cos(H * Math.PI / 2), ie = g * Math.sin(H * Math.PI / 2) + p;
        for (let te = 0, _e = z.length; te < _e; te++) {
          const be = X(z[te], ne[te], ie);
          j(be.x, be.y, -V);
        }
        for (let te = 0, _e = b.length; te < _e; te++) {
          const be = b[te];
          ue = Q[te];
          for (let ce = 0, Te = be.length; ce < Te; ce++) {
            const Re = X(be[ce], ue[ce], ie);
            j(Re.x, Re.y, -V);
          }
        }
      }
      const Me = g + p;
      for (let B = 0; B < G; B++) {
        const H = d ? X(P[B], le[B], Me) : P[B];
        w ? (D.copy(x.normals[0]).multiplyScalar(H.x), L.copy(x.binormals[0]).multiplyScalar(H.y), T.copy(S[0]).add(D).add(L), j(T.x, T.y, T.z)) : j(H.x, H.y, 0);
      }
      for (let B = 1; B <= h; B++)
        for (let H = 0; H < G; H++) {
          const V = d ? X(P[H], le[H], Me) : P[H];
          w ? (D.copy(x.normals[B]).multiplyScalar(V.x), L.copy(x.binormals[B]).multiplyScalar(V.y), T.copy(S[B]).add(D).add(L), j(T.x, T.y, T.z)) : j(V.x, V.y, u / h * B);
        }
      for (let B = m - 1; B >= 0; B--) {
        const H = B / m, V = f * Math.cos(H * Math.PI / 2), ie = g * Math.sin(H * Math.PI / 2) + p;
        for (let te = 0, _e = z.length; te < _e; te++) {
          const be = X(z[te], ne[te], ie);
          j(be.x, be.y, u + V);
        }
        for (let te = 0, _e = b.length; te < _e; te++) {
          const be = b[te];
          ue = Q[te];
          for (let ce = 0, Te = be.length; ce < Te; ce++) {
            const Re = X(be[ce], ue[ce], ie);
            w ? j(Re.x, Re.y + S[h - 1].y, S[h - 1].x + V) : j(Re.x, Re.y, u + V);
          }
        }
      }
      Pe(), Ce();
      function Pe() {
        const B = i.length / 3;
        if (d) {
          let H = 0, V = G * H;
          for (let ie = 0; ie < q; ie++) {
            const te = $[ie];
            U(te[2] + V, te[1] + V, te[0] + V);
          }
          H = h + m * 2, V = G * H;
          for (let ie = 0; ie < q; ie++) {
            const te = $[ie];
            U(te[0] + V, te[1] + V, te[2] + V);
          }
        } else {
          for (let H = 0; H < q; H++) {
            const V = $[H];
            U(V[2], V[1], V[0]);
          }
          for (let H = 0; H < q; H++) {
            const V = $[H];
            U(V[0] + G * h, V[1] + G * h, V[2] + G * h);
          }
        }
        n.addGroup(B, i.length / 3 - B, 0);
      }
      function Ce() {
        const B = i.length / 3;
        let H = 0;
        ee(z, H), H += z.length;
        for (let V = 0, ie = b.length; V < ie; V++) {
          const te = b[V];
          ee(te, H), H += te.length;
        }
        n.addGroup(B, i.length / 3 - B, 1);
      }
      function ee(B, H) {
        let V = B.length;
        for (; --V >= 0; ) {
          const ie = V;
          let te = V - 1;
          te < 0 && (te = B.length - 1);
          for (let _e = 0, be = h + m * 2; _e < be; _e++) {
            const ce = G * _e, Te = G * (_e + 1), Re = H + ie + ce, E = H + te + ce, v = H + te + Te, k = H + ie + Te;
            oe(Re, E, v, k);
          }
        }
      }
      function j(B, H, V) {
        l.push(B), l.push(H), l.push(V);
      }
      function U(B, H, V) {
        F(B), F(H), F(V);
        const ie = i.length / 3, te = _.generateTopUV(n, i, ie - 3, ie - 2, ie - 1);
        re(te[0]), re(te[1]), re(te[2]);
      }
      function oe(B, H, V, ie) {
        F(B), F(H), F(ie), F(H), F(V), F(ie);
        const te = i.length / 3, _e = _.generateSideWallUV(n, i, te - 6, te - 3, te - 2, te - 1);
        re(_e[0]), re(_e[1]), re(_e[3]), re(_e[1]), re(_e[2]), re(_e[3]);
      }
      function F(B) {
        i.push(l[B * 3 + 0]), i.push(l[B * 3 + 1]), i.push(l[B * 3 + 2]);
      }
      function re(B) {
        s.push(B.x), s.push(B.y);
      }
    }
  }
  toJSON() {
    const e = super.toJSON(), t = this.parameters.shapes, n = this.parameters.options;
    return hy(t, n, e);
  }
  static fromJSON(e, t) {
    const n = [];
    for (let s = 0, o = e.shapes.length; s < o; s++) {
      const a = t[e.shapes[s]];
      n.push(a);
    }
    const i = e.options.extrudePath;
    return i !== void 0 && (e.options.extrudePath = new Ca[i.type]().fromJSON(i)), new Hi(n, e.options);
  }
}
const cy = {
  generateTopUV: function(r, e, t, n, i) {
    const s = e[t * 3], o = e[t * 3 + 1], a = e[n * 3], l = e[n * 3 + 1], c = e[i * 3], h = e[i * 3 + 1];
    return [
      new K(s, o),
      new K(a, l),
      new K(c, h)
    ];
  },
  generateSideWallUV: function(r, e, t, n, i, s) {
    const o = e[t * 3], a = e[t * 3 + 1], l = e[t * 3 + 2], c = e[n * 3], h = e[n * 3 + 1], u = e[n * 3 + 2], d = e[i * 3], f = e[i * 3 + 1], g = e[i * 3 + 2], p = e[s * 3], m = e[s * 3 + 1], y = e[s * 3 + 2];
    return Math.abs(a - h) < Math.abs(o - c) ? [
      new K(o, 1 - l),
      new K(c, 1 - u),
      new K(d, 1 - g),
      new K(p, 1 - y)
    ] : [
      new K(a, 1 - l),
      new K(h, 1 - u),
      new K(f, 1 - g),
      new K(m, 1 - y)
    ];
  }
};
function hy(r, e, t) {
  if (t.shapes = [], Array.isArray(r))
    for (let n = 0, i = r.length; n < i; n++) {
      const s = r[n];
      t.shapes.push(s.uuid);
    }
  else
    t.shapes.push(r.uuid);
  return e.extrudePath !== void 0 && (t.options.extrudePath = e.extrudePath.toJSON()), t;
}
class Pa extends Ra {
  constructor(e = 1, t = 0) {
    const n = [
      1,
      0,
      0,
      -1,
      0,
      0,
      0,
      1,
      0,
      0,
      -1,
      0,
      0,
      0,
      1,
      0,
      0,
      -1
    ], i = [
      0,
      2,
      4,
      0,
      4,
      3,
      0,
      3,
      5,
      0,
      5,
      2,
      1,
      2,
      5,
      1,
      5,
      3,
      1,
      3,
      4,
      1,
      4,
      2
    ];
    super(n, i, e, t), this.type = "OctahedronGeometry", this.parameters = {
      radius: e,
      detail: t
    };
  }
  static fromJSON(e) {
    return new Pa(e.radius, e.detail);
  }
}
class Ia extends Be {
  constructor(e = new Ss([new K(0, 0.5), new K(-0.5, -0.5), new K(0.5, -0.5)]), t = 12) {
    super(), this.type = "ShapeGeometry", this.parameters = {
      shapes: e,
      curveSegments: t
    };
    const n = [], i = [], s = [], o = [];
    let a = 0, l = 0;
    if (Array.isArray(e) === !1)
      c(e);
    else
      for (let h = 0; h < e.length; h++)
        c(e[h]), this.addGroup(a, l, h), a += l, l = 0;
    this.setIndex(n), this.setAttribute("position", new De(i, 3)), this.setAttribute("normal", new De(s, 3)), this.setAttribute("uv", new De(o, 2));
    function c(h) {
      const u = i.length / 3, d = h.extractPoints(t);
      let f = d.shape;
      const g = d.holes;
      Cn.isClockWise(f) === !1 && (f = f.reverse());
      for (let m = 0, y = g.length; m < y; m++) {
        const _ = g[m];
        Cn.isClockWise(_) === !0 && (g[m] = _.reverse());
      }
      const p = Cn.triangulateShape(f, g);
      for (let m = 0, y = g.length; m < y; m++) {
        const _ = g[m];
        f = f.concat(_);
      }
      for (let m = 0, y = f.length; m < y; m++) {
        const _ = f[m];
        i.push(_.x, _.y, 0), s.push(0, 0, 1), o.push(_.x, _.y);
      }
      for (let m = 0, y = p.length; m < y; m++) {
        const _ = p[m], S = _[0] + u, w = _[1] + u, x = _[2] + u;
        n.push(S, w, x), l += 3;
      }
    }
  }
  toJSON() {
    const e = super.toJSON(), t = this.parameters.shapes;
    return uy(t, e);
  }
  static fromJSON(e, t) {
    const n = [];
    for (let i = 0, s = e.shapes.length; i < s; i++) {
      const o = t[e.shapes[i]];
      n.push(o);
    }
    return new Ia(n, e.curveSegments);
  }
}
function uy(r, e) {
  if (e.shapes = [], Array.isArray(r))
    for (let t = 0, n = r.length; t < n; t++) {
      const i = r[t];
      e.shapes.push(i.uuid);
    }
  else
    e.shapes.push(r.uuid);
  return e;
}
class Da extends Be {
  constructor(e = 1, t = 32, n = 16, i = 0, s = Math.PI * 2, o = 0, a = Math.PI) {
    super(), this.type = "SphereGeometry", this.parameters = {
      radius: e,
      widthSegments: t,
      heightSegments: n,
      phiStart: i,
      phiLength: s,
      thetaStart: o,
      thetaLength: a
    }, t = Math.max(3, Math.floor(t)), n = Math.max(2, Math.floor(n));
    const l = Math.min(o + a, Math.PI);
    let c = 0;
    const h = [], u = new M(), d = new M(), f = [], g = [], p = [], m = [];
    for (let y = 0; y <= n; y++) {
      const _ = [], S = y / n;
      let w = 0;
      y == 0 && o == 0 ? w = 0.5 / t : y == n && l == Math.PI && (w = -0.5 / t);
      for (let x = 0; x <= t; x++) {
        const L = x / t;
        u.x = -e * Math.cos(i + L * s) * Math.sin(o + S * a), u.y = e * Math.cos(o + S * a), u.z = e * Math.sin(i + L * s) * Math.sin(o + S * a), g.push(u.x, u.y, u.z), d.copy(u).normalize(), p.push(d.x, d.y, d.z), m.push(L + w, 1 - S), _.push(c++);
      }
      h.push(_);
    }
    for (let y = 0; y < n; y++)
      for (let _ = 0; _ < t; _++) {
        const S = h[y][_ + 1], w = h[y][_], x = h[y + 1][_], L = h[y + 1][_ + 1];
        (y !== 0 || o > 0) && f.push(S, w, L), (y !== n - 1 || l < Math.PI) && f.push(w, x, L);
      }
    this.setIndex(f), this.setAttribute("position", new De(g, 3)), this.setAttribute("normal", new De(p, 3)), this.setAttribute("uv", new De(m, 2));
  }
  static fromJSON(e) {
    return new Da(e.radius, e.widthSegments, e.heightSegments, e.phiStart, e.phiLength, e.thetaStart, e.thetaLength);
  }
}
class Na extends Be {
  constructor(e = new kr(new M(-1, -1, 0), new M(-1, 1, 0), new M(1, 1, 0)), t = 64, n = 1, i = 8, s = !1) {
    super(), this.type = "TubeGeometry", this.parameters = {
      path: e,
      tubularSegments: t,
      radius: n,
      radialSegments: i,
      closed: s
    };
    const o = e.computeFrenetFrames(t, s);
    this.tangents = o.tangents, this.normals = o.normals, this.binormals = o.binormals;
    const a = new M(), l = new M(), c = new K();
    let h = new M();
    const u = [], d = [], f = [], g = [];
    p(), this.setIndex(g), this.setAttribute("position", new De(u, 3)), this.setAttribute("normal", new De(d, 3)), this.setAttribute("uv", new De(f, 2));
    function p() {
      for (let S = 0; S < t; S++)
        m(S);
      m(s === !1 ? t : 0), _(), y();
    }
    function m(S) {
      h = e.getPointAt(S / t, h);
      const w = o.normals[S], x = o.binormals[S];
      for (let L = 0; L <= i; L++) {
        const D = L / i * Math.PI * 2, T = Math.sin(D), N = -Math.cos(D);
        l.x = N * w.x + T * x.x, l.y = N * w.y + T * x.y, l.z = N * w.z + T * x.z, l.normalize(), d.push(l.x, l.y, l.z), a.x = h.x + n * l.x, a.y = h.y + n * l.y, a.z = h.z + n * l.z, u.push(a.x, a.y, a.z);
      }
    }
    function y() {
      for (let S = 1; S <= t; S++)
        for (let w = 1; w <= i; w++) {
          const x = (i + 1) * (S - 1) + (w - 1), L = (i + 1) * S + (w - 1), D = (i + 1) * S + w, T = (i + 1) * (S - 1) + w;
          g.push(x, L, T), g.push(L, D, T);
        }
    }
    function _() {
      for (let S = 0; S <= t; S++)
        for (let w = 0; w <= i; w++)
          c.x = S / t, c.y = w / i, f.push(c.x, c.y);
    }
  }
  toJSON() {
    const e = super.toJSON();
    return e.path = this.parameters.path.toJSON(), e;
  }
  static fromJSON(e) {
    return new Na(
      new Ca[e.path.type]().fromJSON(e.path),
      e.tubularSegments,
      e.radius,
      e.radialSegments,
      e.closed
    );
  }
}
class Qh extends dt {
  constructor(e) {
    super(), this.type = "ShadowMaterial", this.color = new pe(0), this.transparent = !0, this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.color.copy(e.color), this;
  }
}
Qh.prototype.isShadowMaterial = !0;
class eu extends Rt {
  constructor(e) {
    super(e), this.type = "RawShaderMaterial";
  }
}
eu.prototype.isRawShaderMaterial = !0;
class vs extends dt {
  constructor(e) {
    super(), this.defines = { STANDARD: "" }, this.type = "MeshStandardMaterial", this.color = new pe(16777215), this.roughness = 1, this.metalness = 0, this.map = null, this.lightMap = null, this.lightMapIntensity = 1, this.aoMap = null, this.aoMapIntensity = 1, this.emissive = new pe(0), this.emissiveIntensity = 1, this.emissiveMap = null, this.bumpMap = null, this.bumpScale = 1, this.normalMap = null, this.normalMapType = zi, this.normalScale = new K(1, 1), this.displacementMap = null, this.displacementScale = 1, this.displacementBias = 0, this.roughnessMap = null, this.metalnessMap = null, this.alphaMap = null, this.envMap = null, this.envMapIntensity = 1, this.wireframe = !1, this.wireframeLinewidth = 1, this.wireframeLinecap = "round", this.wireframeLinejoin = "round", this.flatShading = !1, this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.defines = { STANDARD: "" }, this.color.copy(e.color), this.roughness = e.roughness, this.metalness = e.metalness, this.map = e.map, this.lightMap = e.lightMap, this.lightMapIntensity = e.lightMapIntensity, this.aoMap = e.aoMap, this.aoMapIntensity = e.aoMapIntensity, this.emissive.copy(e.emissive), this.emissiveMap = e.emissiveMap, this.emissiveIntensity = e.emissiveIntensity, this.bumpMap = e.bumpMap, this.bumpScale = e.bumpScale, this.normalMap = e.normalMap, this.normalMapType = e.normalMapType, this.normalScale.copy(e.normalScale), this.displacementMap = e.displacementMap, this.displacementScale = e.displacementScale, this.displacementBias = e.displacementBias, this.roughnessMap = e.roughnessMap, this.metalnessMap = e.metalnessMap, this.alphaMap = e.alphaMap, this.envMap = e.envMap, this.envMapIntensity = e.envMapIntensity, this.wireframe = e.wireframe, this.wireframeLinewidth = e.wireframeLinewidth, this.wireframeLinecap = e.wireframeLinecap, this.wireframeLinejoin = e.wireframeLinejoin, this.flatShading = e.flatShading, this;
  }
}
vs.prototype.isMeshStandardMaterial = !0;
class tu extends vs {
  constructor(e) {
    super(), this.defines = {
      STANDARD: "",
      PHYSICAL: ""
    }, this.type = "MeshPhysicalMaterial", this.clearcoatMap = null, this.clearcoatRoughness = 0, this.clearcoatRoughnessMap = null, this.clearcoatNormalScale = new K(1, 1), this.clearcoatNormalMap = null, this.ior = 1.5, Object.defineProperty(this, "reflectivity", {
      get: function() {
        return mt(2.5 * (this.ior - 1) / (this.ior + 1), 0, 1);
      },
      set: function(t) {
        this.ior = (1 + 0.4 * t) / (1 - 0.4 * t);
      }
    }), this.sheenColor = new pe(0), this.sheenColorMap = null, this.sheenRoughness = 1, this.sheenRoughnessMap = null, this.transmissionMap = null, this.thickness = 0, this.thicknessMap = null, this.attenuationDistance = 0, this.attenuationColor = new pe(1, 1, 1), this.specularIntensity = 1, this.specularIntensityMap = null, this.specularColor = new pe(1, 1, 1), this.specularColorMap = null, this._sheen = 0, this._clearcoat = 0, this._transmission = 0, this.setValues(e);
  }
  get sheen() {
    return this._sheen;
  }
  set sheen(e) {
    this._sheen > 0 != e > 0 && this.version++, this._sheen = e;
  }
  get clearcoat() {
    return this._clearcoat;
  }
  set clearcoat(e) {
    this._clearcoat > 0 != e > 0 && this.version++, this._clearcoat = e;
  }
  get transmission() {
    return this._transmission;
  }
  set transmission(e) {
    this._transmission > 0 != e > 0 && this.version++, this._transmission = e;
  }
  copy(e) {
    return super.copy(e), this.defines = {
      STANDARD: "",
      PHYSICAL: ""
    }, this.clearcoat = e.clearcoat, this.clearcoatMap = e.clearcoatMap, this.clearcoatRoughness = e.clearcoatRoughness, this.clearcoatRoughnessMap = e.clearcoatRoughnessMap, this.clearcoatNormalMap = e.clearcoatNormalMap, this.clearcoatNormalScale.copy(e.clearcoatNormalScale), this.ior = e.ior, this.sheen = e.sheen, this.sheenColor.copy(e.sheenColor), this.sheenColorMap = e.sheenColorMap, this.sheenRoughness = e.sheenRoughness, this.sheenRoughnessMap = e.sheenRoughnessMap, this.transmission = e.transmission, this.transmissionMap = e.transmissionMap, this.thickness = e.thickness, this.thicknessMap = e.thicknessMap, this.attenuationDistance = e.attenuationDistance, this.attenuationColor.copy(e.attenuationColor), this.specularIntensity = e.specularIntensity, this.specularIntensityMap = e.specularIntensityMap, this.specularColor.copy(e.specularColor), this.specularColorMap = e.specularColorMap, this;
  }
}
tu.prototype.isMeshPhysicalMaterial = !0;
class nu extends dt {
  constructor(e) {
    super(), this.type = "MeshPhongMaterial", this.color = new pe(16777215), this.specular = new pe(1118481), this.shininess = 30, this.map = null, this.lightMap = null, this.lightMapIntensity = 1, this.aoMap = null, this.aoMapIntensity = 1, this.emissive = new pe(0), this.emissiveIntensity = 1, this.emissiveMap = null, this.bumpMap = null, this.bumpScale = 1, this.normalMap = null, this.normalMapType = zi, this.normalScale = new K(1, 1), this.displacementMap = null, this.displacementScale = 1, this.displacementBias = 0, this.specularMap = null, this.alphaMap = null, this.envMap = null, this.combine = Lr, this.reflectivity = 1, this.refractionRatio = 0.98, this.wireframe = !1, this.wireframeLinewidth = 1, this.wireframeLinecap = "round", this.wireframeLinejoin = "round", this.flatShading = !1, this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.color.copy(e.color), this.specular.copy(e.specular), this.shininess = e.shininess, this.map = e.map, this.lightMap = e.lightMap, this.lightMapIntensity = e.lightMapIntensity, this.aoMap = e.aoMap, this.aoMapIntensity = e.aoMapIntensity, this.emissive.copy(e.emissive), this.emissiveMap = e.emissiveMap, this.emissiveIntensity = e.emissiveIntensity, this.bumpMap = e.bumpMap, this.bumpScale = e.bumpScale, this.normalMap = e.normalMap, this.normalMapType = e.normalMapType, this.normalScale.copy(e.normalScale), this.displacementMap = e.displacementMap, this.displacementScale = e.displacementScale, this.displacementBias = e.displacementBias, this.specularMap = e.specularMap, this.alphaMap = e.alphaMap, this.envMap = e.envMap, this.combine = e.combine, this.reflectivity = e.reflectivity, this.refractionRatio = e.refractionRatio, this.wireframe = e.wireframe, this.wireframeLinewidth = e.wireframeLinewidth, this.wireframeLinecap = e.wireframeLinecap, this.wireframeLinejoin = e.wireframeLinejoin, this.flatShading = e.flatShading, this;
  }
}
nu.prototype.isMeshPhongMaterial = !0;
class iu extends dt {
  constructor(e) {
    super(), this.defines = { TOON: "" }, this.type = "MeshToonMaterial", this.color = new pe(16777215), this.map = null, this.gradientMap = null, this.lightMap = null, this.lightMapIntensity = 1, this.aoMap = null, this.aoMapIntensity = 1, this.emissive = new pe(0), this.emissiveIntensity = 1, this.emissiveMap = null, this.bumpMap = null, this.bumpScale = 1, this.normalMap = null, this.normalMapType = zi, this.normalScale = new K(1, 1), this.displacementMap = null, this.displacementScale = 1, this.displacementBias = 0, this.alphaMap = null, this.wireframe = !1, this.wireframeLinewidth = 1, this.wireframeLinecap = "round", this.wireframeLinejoin = "round", this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.color.copy(e.color), this.map = e.map, this.gradientMap = e.gradientMap, this.lightMap = e.lightMap, this.lightMapIntensity = e.lightMapIntensity, this.aoMap = e.aoMap, this.aoMapIntensity = e.aoMapIntensity, this.emissive.copy(e.emissive), this.emissiveMap = e.emissiveMap, this.emissiveIntensity = e.emissiveIntensity, this.bumpMap = e.bumpMap, this.bumpScale = e.bumpScale, this.normalMap = e.normalMap, this.normalMapType = e.normalMapType, this.normalScale.copy(e.normalScale), this.displacementMap = e.displacementMap, this.displacementScale = e.displacementScale, this.displacementBias = e.displacementBias, this.alphaMap = e.alphaMap, this.wireframe = e.wireframe, this.wireframeLinewidth = e.wireframeLinewidth, this.wireframeLinecap = e.wireframeLinecap, this.wireframeLinejoin = e.wireframeLinejoin, this;
  }
}
iu.prototype.isMeshToonMaterial = !0;
class su extends dt {
  constructor(e) {
    super(), this.type = "MeshNormalMaterial", this.bumpMap = null, this.bumpScale = 1, this.normalMap = null, this.normalMapType = zi, this.normalScale = new K(1, 1), this.displacementMap = null, this.displacementScale = 1, this.displacementBias = 0, this.wireframe = !1, this.wireframeLinewidth = 1, this.fog = !1, this.flatShading = !1, this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.bumpMap = e.bumpMap, this.bumpScale = e.bumpScale, this.normalMap = e.normalMap, this.normalMapType = e.normalMapType, this.normalScale.copy(e.normalScale), this.displacementMap = e.displacementMap, this.displacementScale = e.displacementScale, this.displacementBias = e.displacementBias, this.wireframe = e.wireframe, this.wireframeLinewidth = e.wireframeLinewidth, this.flatShading = e.flatShading, this;
  }
}
su.prototype.isMeshNormalMaterial = !0;
class Oa extends dt {
  constructor(e) {
    super(), this.type = "MeshLambertMaterial", this.color = new pe(16777215), this.map = null, this.lightMap = null, this.lightMapIntensity = 1, this.aoMap = null, this.aoMapIntensity = 1, this.emissive = new pe(0), this.emissiveIntensity = 1, this.emissiveMap = null, this.specularMap = null, this.alphaMap = null, this.envMap = null, this.combine = Lr, this.reflectivity = 1, this.refractionRatio = 0.98, this.wireframe = !1, this.wireframeLinewidth = 1, this.wireframeLinecap = "round", this.wireframeLinejoin = "round", this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.color.copy(e.color), this.map = e.map, this.lightMap = e.lightMap, this.lightMapIntensity = e.lightMapIntensity, this.aoMap = e.aoMap, this.aoMapIntensity = e.aoMapIntensity, this.emissive.copy(e.emissive), this.emissiveMap = e.emissiveMap, this.emissiveIntensity = e.emissiveIntensity, this.specularMap = e.specularMap, this.alphaMap = e.alphaMap, this.envMap = e.envMap, this.combine = e.combine, this.reflectivity = e.reflectivity, this.refractionRatio = e.refractionRatio, this.wireframe = e.wireframe, this.wireframeLinewidth = e.wireframeLinewidth, this.wireframeLinecap = e.wireframeLinecap, this.wireframeLinejoin = e.wireframeLinejoin, this;
  }
}
Oa.prototype.isMeshLambertMaterial = !0;
class ru extends dt {
  constructor(e) {
    super(), this.defines = { MATCAP: "" }, this.type = "MeshMatcapMaterial", this.color = new pe(16777215), this.matcap = null, this.map = null, this.bumpMap = null, this.bumpScale = 1, this.normalMap = null, this.normalMapType = zi, this.normalScale = new K(1, 1), this.displacementMap = null, this.displacementScale = 1, this.displacementBias = 0, this.alphaMap = null, this.flatShading = !1, this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.defines = { MATCAP: "" }, this.color.copy(e.color), this.matcap = e.matcap, this.map = e.map, this.bumpMap = e.bumpMap, this.bumpScale = e.bumpScale, this.normalMap = e.normalMap, this.normalMapType = e.normalMapType, this.normalScale.copy(e.normalScale), this.displacementMap = e.displacementMap, this.displacementScale = e.displacementScale, this.displacementBias = e.displacementBias, this.alphaMap = e.alphaMap, this.flatShading = e.flatShading, this;
  }
}
ru.prototype.isMeshMatcapMaterial = !0;
class Er extends Dt {
  constructor(e) {
    super(), this.type = "LineDashedMaterial", this.scale = 1, this.dashSize = 3, this.gapSize = 1, this.setValues(e);
  }
  copy(e) {
    return super.copy(e), this.scale = e.scale, this.dashSize = e.dashSize, this.gapSize = e.gapSize, this;
  }
}
Er.prototype.isLineDashedMaterial = !0;
const dy = {
  ShadowMaterial: Qh,
  SpriteMaterial: wa,
  RawShaderMaterial: eu,
  ShaderMaterial: Rt,
  PointsMaterial: Ma,
  MeshPhysicalMaterial: tu,
  MeshStandardMaterial: vs,
  MeshPhongMaterial: nu,
  MeshToonMaterial: iu,
  MeshNormalMaterial: su,
  MeshLambertMaterial: Oa,
  MeshDepthMaterial: _a,
  MeshDistanceMaterial: ba,
  MeshBasicMaterial: ki,
  MeshMatcapMaterial: ru,
  LineDashedMaterial: Er,
  LineBasicMaterial: Dt,
  Material: dt
};
dt.fromType = function(r) {
  return new dy[r]();
};
const tt = {
  // same as Array.prototype.slice, but also works on typed arrays
  arraySlice: function(r, e, t) {
    return tt.isTypedArray(r) ? new r.constructor(r.subarray(e, t !== void 0 ? t : r.length)) : r.slice(e, t);
  },
  // converts an array to a specific type
  convertArray: function(r, e, t) {
    return !r || // let 'undefined' and 'null' pass
    !t && r.constructor === e ? r : typeof e.BYTES_PER_ELEMENT == "number" ? new e(r) : Array.prototype.slice.call(r);
  },
  isTypedArray: function(r) {
    return ArrayBuffer.isView(r) && !(r instanceof DataView);
  },
  // returns an array by which times and values can be sorted
  getKeyframeOrder: function(r) {
    function e(i, s) {
      return r[i] - r[s];
    }
    const t = r.length, n = new Array(t);
    for (let i = 0; i !== t; ++i) n[i] = i;
    return n.sort(e), n;
  },
  // uses the array previously returned by 'getKeyframeOrder' to sort data
  sortedArray: function(r, e, t) {
    const n = r.length, i = new r.constructor(n);
    for (let s = 0, o = 0; o !== n; ++s) {
      const a = t[s] * e;
      for (let l = 0; l !== e; ++l)
        i[o++] = r[a + l];
    }
    return i;
  },
  // function for parsing AOS keyframe formats
  flattenJSON: function(r, e, t, n) {
    let i = 1, s = r[0];
    for (; s !== void 0 && s[n] === void 0; )
      s = r[i++];
    if (s === void 0) return;
    let o = s[n];
    if (o !== void 0)
      if (Array.isArray(o))
        do
          o = s[n], o !== void 0 && (e.push(s.time), t.push.apply(t, o)), s = r[i++];
        while (s !== void 0);
      else if (o.toArray !== void 0)
        do
          o = s[n], o !== void 0 && (e.push(s.time), o.toArray(t, t.length)), s = r[i++];
        while (s !== void 0);
      else
        do
          o = s[n], o !== void 0 && (e.push(s.time), t.push(o)), s = r[i++];
        while (s !== void 0);
  },
  subclip: function(r, e, t, n, i = 30) {
    const s = r.clone();
    s.name = e;
    const o = [];
    for (let l = 0; l < s.tracks.length; ++l) {
      const c = s.tracks[l], h = c.getValueSize(), u = [], d = [];
      for (let f = 0; f < c.times.length; ++f) {
        const g = c.times[f] * i;
        if (!(g < t || g >= n)) {
          u.push(c.times[f]);
          for (let p = 0; p < h; ++p)
            d.push(c.values[f * h + p]);
        }
      }
      u.length !== 0 && (c.times = tt.convertArray(u, c.times.constructor), c.values = tt.convertArray(d, c.values.constructor), o.push(c));
    }
    s.tracks = o;
    let a = 1 / 0;
    for (let l = 0; l < s.tracks.length; ++l)
      a > s.tracks[l].times[0] && (a = s.tracks[l].times[0]);
    for (let l = 0; l < s.tracks.length; ++l)
      s.tracks[l].shift(-1 * a);
    return s.resetDuration(), s;
  },
  makeClipAdditive: function(r, e = 0, t = r, n = 30) {
    n <= 0 && (n = 30);
    const i = t.tracks.length, s = e / n;
    for (let o = 0; o < i; ++o) {
      const a = t.tracks[o], l = a.ValueTypeName;
      if (l === "bool" || l === "string") continue;
      const c = r.tracks.find(function(y) {
        return y.name === a.name && y.ValueTypeName === l;
      });
      if (c === void 0) continue;
      let h = 0;
      const u = a.getValueSize();
      a.createInterpolant.isInterpolantFactoryMethodGLTFCubicSpline && (h = u / 3);
      let d = 0;
      const f = c.getValueSize();
      c.createInterpolant.isInterpolantFactoryMethodGLTFCubicSpline && (d = f / 3);
      const g = a.times.length - 1;
      let p;
      if (s <= a.times[0]) {
        const y = h, _ = u - h;
        p = tt.arraySlice(a.values, y, _);
      } else if (s >= a.times[g]) {
        const y = g * u + h, _ = y + u - h;
        p = tt.arraySlice(a.values, y, _);
      } else {
        const y = a.createInterpolant(), _ = h, S = u - h;
        y.evaluate(s), p = tt.arraySlice(y.resultBuffer, _, S);
      }
      l === "quaternion" && new Ke().fromArray(p).normalize().conjugate().toArray(p);
      const m = c.times.length;
      for (let y = 0; y < m; ++y) {
        const _ = y * f + d;
        if (l === "quaternion")
          Ke.multiplyQuaternionsFlat(
            c.values,
            _,
            p,
            0,
            c.values,
            _
          );
        else {
          const S = f - d * 2;
          for (let w = 0; w < S; ++w)
            c.values[_ + w] -= p[w];
        }
      }
    }
    return r.blendMode = Th, r;
  }
};
class Pn {
  constructor(e, t, n, i) {
    this.parameterPositions = e, this._cachedIndex = 0, this.resultBuffer = i !== void 0 ? i : new t.constructor(n), this.sampleValues = t, this.valueSize = n, this.settings = null, this.DefaultSettings_ = {};
  }
  evaluate(e) {
    const t = this.parameterPositions;
    let n = this._cachedIndex, i = t[n], s = t[n - 1];
    e: {
      t: {
        let o;
        n: {
          i: if (!(e < i)) {
            for (let a = n + 2; ; ) {
              if (i === void 0) {
                if (e < s) break i;
                return n = t.length, this._cachedIndex = n, this.afterEnd_(n - 1, e, s);
              }
              if (n === a) break;
              if (s = i, i = t[++n], e < i)
                break t;
            }
            o = t.length;
            break n;
          }
          if (!(e >= s)) {
            const a = t[1];
            e < a && (n = 2, s = a);
            for (let l = n - 2; ; ) {
              if (s === void 0)
                return this._cachedIndex = 0, this.beforeStart_(0, e, i);
              if (n === l) break;
              if (i = s, s = t[--n - 1], e >= s)
                break t;
            }
            o = n, n = 0;
            break n;
          }
          break e;
        }
        for (; n < o; ) {
          const a = n + o >>> 1;
          e < t[a] ? o = a : n = a + 1;
        }
        if (i = t[n], s = t[n - 1], s === void 0)
          return this._cachedIndex = 0, this.beforeStart_(0, e, i);
        if (i === void 0)
          return n = t.length, this._cachedIndex = n, this.afterEnd_(n - 1, s, e);
      }
      this._cachedIndex = n, this.intervalChanged_(n, s, i);
    }
    return this.interpolate_(n, s, e, i);
  }
  getSettings_() {
    return this.settings || this.DefaultSettings_;
  }
  copySampleValue_(e) {
    const t = this.resultBuffer, n = this.sampleValues, i = this.valueSize, s = e * i;
    for (let o = 0; o !== i; ++o)
      t[o] = n[s + o];
    return t;
  }
  // Template methods for derived classes:
  interpolate_() {
    throw new Error("call to abstract method");
  }
  intervalChanged_() {
  }
}
Pn.prototype.beforeStart_ = Pn.prototype.copySampleValue_;
Pn.prototype.afterEnd_ = Pn.prototype.copySampleValue_;
class fy extends Pn {
  constructor(e, t, n, i) {
    super(e, t, n, i), this._weightPrev = -0, this._offsetPrev = -0, this._weightNext = -0, this._offsetNext = -0, this.DefaultSettings_ = {
      endingStart: _i,
      endingEnd: _i
    };
  }
  intervalChanged_(e, t, n) {
    const i = this.parameterPositions;
    let s = e - 2, o = e + 1, a = i[s], l = i[o];
    if (a === void 0)
      switch (this.getSettings_().endingStart) {
        case bi:
          s = e, a = 2 * t - n;
          break;
        case Mr:
          s = i.length - 2, a = t + i[s] - i[s + 1];
          break;
        default:
          s = e, a = n;
      }
    if (l === void 0)
      switch (this.getSettings_().endingEnd) {
        case bi:
          o = e, l = 2 * n - t;
          break;
        case Mr:
          o = 1, l = n + i[1] - i[0];
          break;
        default:
          o = e - 1, l = t;
      }
    const c = (n - t) * 0.5, h = this.valueSize;
    this._weightPrev = c / (t - a), this._weightNext = c / (l - n), this._offsetPrev = s * h, this._offsetNext = o * h;
  }
  interpolate_(e, t, n, i) {
    const s = this.resultBuffer, o = this.sampleValues, a = this.valueSize, l = e * a, c = l - a, h = this._offsetPrev, u = this._offsetNext, d = this._weightPrev, f = this._weightNext, g = (n - t) / (i - t), p = g * g, m = p * g, y = -d * m + 2 * d * p - d * g, _ = (1 + d) * m + (-1.5 - 2 * d) * p + (-0.5 + d) * g + 1, S = (-1 - f) * m + (1.5 + f) * p + 0.5 * g, w = f * m - f * p;
    for (let x = 0; x !== a; ++x)
      s[x] = y * o[h + x] + _ * o[c + x] + S * o[l + x] + w * o[u + x];
    return s;
  }
}
class ou extends Pn {
  constructor(e, t, n, i) {
    super(e, t, n, i);
  }
  interpolate_(e, t, n, i) {
    const s = this.resultBuffer, o = this.sampleValues, a = this.valueSize, l = e * a, c = l - a, h = (n - t) / (i - t), u = 1 - h;
    for (let d = 0; d !== a; ++d)
      s[d] = o[c + d] * u + o[l + d] * h;
    return s;
  }
}
class py extends Pn {
  constructor(e, t, n, i) {
    super(e, t, n, i);
  }
  interpolate_(e) {
    return this.copySampleValue_(e - 1);
  }
}
class tn {
  constructor(e, t, n, i) {
    if (e === void 0) throw new Error("THREE.KeyframeTrack: track name is undefined");
    if (t === void 0 || t.length === 0) throw new Error("THREE.KeyframeTrack: no keyframes in track named " + e);
    this.name = e, this.times = tt.convertArray(t, this.TimeBufferType), this.values = tt.convertArray(n, this.ValueBufferType), this.setInterpolation(i || this.DefaultInterpolation);
  }
  // Serialization (in static context, because of constructor invocation
  // and automatic invocation of .toJSON):
  static toJSON(e) {
    const t = e.constructor;
    let n;
    if (t.toJSON !== this.toJSON)
      n = t.toJSON(e);
    else {
      n = {
        name: e.name,
        times: tt.convertArray(e.times, Array),
        values: tt.convertArray(e.values, Array)
      };
      const i = e.getInterpolation();
      i !== e.DefaultInterpolation && (n.interpolation = i);
    }
    return n.type = e.ValueTypeName, n;
  }
  InterpolantFactoryMethodDiscrete(e) {
    return new py(this.times, this.values, this.getValueSize(), e);
  }
  InterpolantFactoryMethodLinear(e) {
    return new ou(this.times, this.values, this.getValueSize(), e);
  }
  InterpolantFactoryMethodSmooth(e) {
    return new fy(this.times, this.values, this.getValueSize(), e);
  }
  setInterpolation(e) {
    let t;
    switch (e) {
      case br:
        t = this.InterpolantFactoryMethodDiscrete;
        break;
      case wr:
        t = this.InterpolantFactoryMethodLinear;
        break;
      case $r:
        t = this.InterpolantFactoryMethodSmooth;
        break;
    }
    if (t === void 0) {
      const n = "unsupported interpolation for " + this.ValueTypeName + " keyframe track named " + this.name;
      if (this.createInterpolant === void 0)
        if (e !== this.DefaultInterpolation)
          this.setInterpolation(this.DefaultInterpolation);
        else
          throw new Error(n);
      return console.warn("THREE.KeyframeTrack:", n), this;
    }
    return this.createInterpolant = t, this;
  }
  getInterpolation() {
    switch (this.createInterpolant) {
      case this.InterpolantFactoryMethodDiscrete:
        return br;
      case this.InterpolantFactoryMethodLinear:
        return wr;
      case this.InterpolantFactoryMethodSmooth:
        return $r;
    }
  }
  getValueSize() {
    return this.values.length / this.times.length;
  }
  // move all keyframes either forwards or backwards in time
  shift(e) {
    if (e !== 0) {
      const t = this.times;
      for (let n = 0, i = t.length; n !== i; ++n)
        t[n] += e;
    }
    return this;
  }
  // scale all keyframe times by a factor (useful for frame <-> seconds conversions)
  scale(e) {
    if (e !== 1) {
      const t = this.times;
      for (let n = 0, i = t.length; n !== i; ++n)
        t[n] *= e;
    }
    return this;
  }
  // removes keyframes before and after animation without changing any values within the range [startTime, endTime].
  // IMPORTANT: We do not shift around keys to the start of the track time, because for interpolated keys this will change their values
  trim(e, t) {
    const n = this.times, i = n.length;
    let s = 0, o = i - 1;
    for (; s !== i && n[s] < e; )
      ++s;
    for (; o !== -1 && n[o] > t; )
      --o;
    if (++o, s !== 0 || o !== i) {
      s >= o && (o = Math.max(o, 1), s = o - 1);
      const a = this.getValueSize();
      this.times = tt.arraySlice(n, s, o), this.values = tt.arraySlice(this.values, s * a, o * a);
    }
    return this;
  }
  // ensure we do not get a GarbageInGarbageOut situation, make sure tracks are at least minimally viable
  validate() {
    let e = !0;
    const t = this.getValueSize();
    t - Math.floor(t) !== 0 && (console.error("THREE.KeyframeTrack: Invalid value size in track.", this), e = !1);
    const n = this.times, i = this.values, s = n.length;
    s === 0 && (console.error("THREE.KeyframeTrack: Track is empty.", this), e = !1);
    let o = null;
    for (let a = 0; a !== s; a++) {
      const l = n[a];
      if (typeof l == "number" && isNaN(l)) {
        console.error("THREE.KeyframeTrack: Time is not a valid number.", this, a, l), e = !1;
        break;
      }
      if (o !== null && o > l) {
        console.error("THREE.KeyframeTrack: Out of order keys.", this, a, l, o), e = !1;
        break;
      }
      o = l;
    }
    if (i !== void 0 && tt.isTypedArray(i))
      for (let a = 0, l = i.length; a !== l; ++a) {
        const c = i[a];
        if (isNaN(c)) {
          console.error("THREE.KeyframeTrack: Value is not a valid number.", this, a, c), e = !1;
          break;
        }
      }
    return e;
  }
  // removes equivalent sequential keys as common in morph target sequences
  // (0,0,0,0,1,1,1,0,0,0,0,0,0,0) --> (0,0,1,1,0,0)
  optimize() {
    const e = tt.arraySlice(this.times), t = tt.arraySlice(this.values), n = this.getValueSize(), i = this.getInterpolation() === $r, s = e.length - 1;
    let o = 1;
    for (let a = 1; a < s; ++a) {
      let l = !1;
      const c = e[a], h = e[a + 1];
      if (c !== h && (a !== 1 || c !== e[0]))
        if (i)
          l = !0;
        else {
          const u = a * n, d = u - n, f = u + n;
          for (let g = 0; g !== n; ++g) {
            const p = t[u + g];
            if (p !== t[d + g] || p !== t[f + g]) {
              l = !0;
              break;
            }
          }
        }
      if (l) {
        if (a !== o) {
          e[o] = e[a];
          const u = a * n, d = o * n;
          for (let f = 0; f !== n; ++f)
            t[d + f] = t[u + f];
        }
        ++o;
      }
    }
    if (s > 0) {
      e[o] = e[s];
      for (let a = s * n, l = o * n, c = 0; c !== n; ++c)
        t[l + c] = t[a + c];
      ++o;
    }
    return o !== e.length ? (this.times = tt.arraySlice(e, 0, o), this.values = tt.arraySlice(t, 0, o * n)) : (this.times = e, this.values = t), this;
  }
  clone() {
    const e = tt.arraySlice(this.times, 0), t = tt.arraySlice(this.values, 0), n = this.constructor, i = new n(this.name, e, t);
    return i.createInterpolant = this.createInterpolant, i;
  }
}
tn.prototype.TimeBufferType = Float32Array;
tn.prototype.ValueBufferType = Float32Array;
tn.prototype.DefaultInterpolation = wr;
class Vi extends tn {
}
Vi.prototype.ValueTypeName = "bool";
Vi.prototype.ValueBufferType = Array;
Vi.prototype.DefaultInterpolation = br;
Vi.prototype.InterpolantFactoryMethodLinear = void 0;
Vi.prototype.InterpolantFactoryMethodSmooth = void 0;
class au extends tn {
}
au.prototype.ValueTypeName = "color";
class Gn extends tn {
}
Gn.prototype.ValueTypeName = "number";
class my extends Pn {
  constructor(e, t, n, i) {
    super(e, t, n, i);
  }
  interpolate_(e, t, n, i) {
    const s = this.resultBuffer, o = this.sampleValues, a = this.valueSize, l = (n - t) / (i - t);
    let c = e * a;
    for (let h = c + a; c !== h; c += 4)
      Ke.slerpFlat(s, 0, o, c - a, o, c, l);
    return s;
  }
}
class Gi extends tn {
  InterpolantFactoryMethodLinear(e) {
    return new my(this.times, this.values, this.getValueSize(), e);
  }
}
Gi.prototype.ValueTypeName = "quaternion";
Gi.prototype.DefaultInterpolation = wr;
Gi.prototype.InterpolantFactoryMethodSmooth = void 0;
class Wi extends tn {
}
Wi.prototype.ValueTypeName = "string";
Wi.prototype.ValueBufferType = Array;
Wi.prototype.DefaultInterpolation = br;
Wi.prototype.InterpolantFactoryMethodLinear = void 0;
Wi.prototype.InterpolantFactoryMethodSmooth = void 0;
class En extends tn {
}
En.prototype.ValueTypeName = "vector";
class la {
  constructor(e, t = -1, n, i = pa) {
    this.name = e, this.tracks = n, this.duration = t, this.blendMode = i, this.uuid = Kt(), this.duration < 0 && this.resetDuration();
  }
  static parse(e) {
    const t = [], n = e.tracks, i = 1 / (e.fps || 1);
    for (let o = 0, a = n.length; o !== a; ++o)
      t.push(yy(n[o]).scale(i));
    const s = new this(e.name, e.duration, t, e.blendMode);
    return s.uuid = e.uuid, s;
  }
  static toJSON(e) {
    const t = [], n = e.tracks, i = {
      name: e.name,
      duration: e.duration,
      tracks: t,
      uuid: e.uuid,
      blendMode: e.blendMode
    };
    for (let s = 0, o = n.length; s !== o; ++s)
      t.push(tn.toJSON(n[s]));
    return i;
  }
  static CreateFromMorphTargetSequence(e, t, n, i) {
    const s = t.length, o = [];
    for (let a = 0; a < s; a++) {
      let l = [], c = [];
      l.push(
        (a + s - 1) % s,
        a,
        (a + 1) % s
      ), c.push(0, 1, 0);
      const h = tt.getKeyframeOrder(l);
      l = tt.sortedArray(l, 1, h), c = tt.sortedArray(c, 1, h), !i && l[0] === 0 && (l.push(s), c.push(c[0])), o.push(
        new Gn(
          ".morphTargetInfluences[" + t[a].name + "]",
          l,
          c
        ).scale(1 / n)
      );
    }
    return new this(e, -1, o);
  }
  static findByName(e, t) {
    let n = e;
    if (!Array.isArray(e)) {
      const i = e;
      n = i.geometry && i.geometry.animations || i.animations;
    }
    for (let i = 0; i < n.length; i++)
      if (n[i].name === t)
        return n[i];
    return null;
  }
  static CreateClipsFromMorphTargetSequences(e, t, n) {
    const i = {}, s = /^([\w-]*?)([\d]+)$/;
    for (let a = 0, l = e.length; a < l; a++) {
      const c = e[a], h = c.name.match(s);
      if (h && h.length > 1) {
        const u = h[1];
        let d = i[u];
        d || (i[u] = d = []), d.push(c);
      }
    }
    const o = [];
    for (const a in i)
      o.push(this.CreateFromMorphTargetSequence(a, i[a], t, n));
    return o;
  }
  // parse the animation.hierarchy format
  static parseAnimation(e, t) {
    if (!e)
      return console.error("THREE.AnimationClip: No animation in JSONLoader data."), null;
    const n = function(u, d, f, g, p) {
      if (f.length !== 0) {
        const m = [], y = [];
        tt.flattenJSON(f, m, y, g), m.length !== 0 && p.push(new u(d, m, y));
      }
    }, i = [], s = e.name || "default", o = e.fps || 30, a = e.blendMode;
    let l = e.length || -1;
    const c = e.hierarchy || [];
    for (let u = 0; u < c.length; u++) {
      const d = c[u].keys;
      if (!(!d || d.length === 0))
        if (d[0].morphTargets) {
          const f = {};
          let g;
          for (g = 0; g < d.length; g++)
            if (d[g].morphTargets)
              for (let p = 0; p < d[g].morphTargets.length; p++)
                f[d[g].morphTargets[p]] = -1;
          for (const p in f) {
            const m = [], y = [];
            for (let _ = 0; _ !== d[g].morphTargets.length; ++_) {
              const S = d[g];
              m.push(S.time), y.push(S.morphTarget === p ? 1 : 0);
            }
            i.push(new Gn(".morphTargetInfluence[" + p + "]", m, y));
          }
          l = f.length * o;
        } else {
          const f = ".bones[" + t[u].name + "]";
          n(
            En,
            f + ".position",
            d,
            "pos",
            i
          ), n(
            Gi,
            f + ".quaternion",
            d,
            "rot",
            i
          ), n(
            En,
            f + ".scale",
            d,
            "scl",
            i
          );
        }
    }
    return i.length === 0 ? null : new this(s, l, i, a);
  }
  resetDuration() {
    const e = this.tracks;
    let t = 0;
    for (let n = 0, i = e.length; n !== i; ++n) {
      const s = this.tracks[n];
      t = Math.max(t, s.times[s.times.length - 1]);
    }
    return this.duration = t, this;
  }
  trim() {
    for (let e = 0; e < this.tracks.length; e++)
      this.tracks[e].trim(0, this.duration);
    return this;
  }
  validate() {
    let e = !0;
    for (let t = 0; t < this.tracks.length; t++)
      e = e && this.tracks[t].validate();
    return e;
  }
  optimize() {
    for (let e = 0; e < this.tracks.length; e++)
      this.tracks[e].optimize();
    return this;
  }
  clone() {
    const e = [];
    for (let t = 0; t < this.tracks.length; t++)
      e.push(this.tracks[t].clone());
    return new this.constructor(this.name, this.duration, e, this.blendMode);
  }
  toJSON() {
    return this.constructor.toJSON(this);
  }
}
function gy(r) {
  switch (r.toLowerCase()) {
    case "scalar":
    case "double":
    case "float":
    case "number":
    case "integer":
      return Gn;
    case "vector":
    case "vector2":
    case "vector3":
    case "vector4":
      return En;
    case "color":
      return au;
    case "quaternion":
      return Gi;
    case "bool":
    case "boolean":
      return Vi;
    case "string":
      return Wi;
  }
  throw new Error("THREE.KeyframeTrack: Unsupported typeName: " + r);
}
function yy(r) {
  if (r.type === void 0)
    throw new Error("THREE.KeyframeTrack: track type undefined, can not parse");
  const e = gy(r.type);
  if (r.times === void 0) {
    const t = [], n = [];
    tt.flattenJSON(r.keys, t, n, "value"), r.times = t, r.values = n;
  }
  return e.parse !== void 0 ? e.parse(r) : new e(r.name, r.times, r.values, r.interpolation);
}
const Oi = {
  enabled: !1,
  files: {},
  add: function(r, e) {
    this.enabled !== !1 && (this.files[r] = e);
  },
  get: function(r) {
    if (this.enabled !== !1)
      return this.files[r];
  },
  remove: function(r) {
    delete this.files[r];
  },
  clear: function() {
    this.files = {};
  }
};
class vy {
  constructor(e, t, n) {
    const i = this;
    let s = !1, o = 0, a = 0, l;
    const c = [];
    this.onStart = void 0, this.onLoad = e, this.onProgress = t, this.onError = n, this.itemStart = function(h) {
      a++, s === !1 && i.onStart !== void 0 && i.onStart(h, o, a), s = !0;
    }, this.itemEnd = function(h) {
      o++, i.onProgress !== void 0 && i.onProgress(h, o, a), o === a && (s = !1, i.onLoad !== void 0 && i.onLoad());
    }, this.itemError = function(h) {
      i.onError !== void 0 && i.onError(h);
    }, this.resolveURL = function(h) {
      return l ? l(h) : h;
    }, this.setURLModifier = function(h) {
      return l = h, this;
    }, this.addHandler = function(h, u) {
      return c.push(h, u), this;
    }, this.removeHandler = function(h) {
      const u = c.indexOf(h);
      return u !== -1 && c.splice(u, 2), this;
    }, this.getHandler = function(h) {
      for (let u = 0, d = c.length; u < d; u += 2) {
        const f = c[u], g = c[u + 1];
        if (f.global && (f.lastIndex = 0), f.test(h))
          return g;
      }
      return null;
    };
  }
}
const xy = new vy();
class In {
  constructor(e) {
    this.manager = e !== void 0 ? e : xy, this.crossOrigin = "anonymous", this.withCredentials = !1, this.path = "", this.resourcePath = "", this.requestHeader = {};
  }
  load() {
  }
  loadAsync(e, t) {
    const n = this;
    return new Promise(function(i, s) {
      n.load(e, i, t, s);
    });
  }
  parse() {
  }
  setCrossOrigin(e) {
    return this.crossOrigin = e, this;
  }
  setWithCredentials(e) {
    return this.withCredentials = e, this;
  }
  setPath(e) {
    return this.path = e, this;
  }
  setResourcePath(e) {
    return this.resourcePath = e, this;
  }
  setRequestHeader(e) {
    return this.requestHeader = e, this;
  }
}
const ln = {};
class _y extends In {
  constructor(e) {
    super(e);
  }
  load(e, t, n, i) {
    e === void 0 && (e = ""), this.path !== void 0 && (e = this.path + e), e = this.manager.resolveURL(e);
    const s = Oi.get(e);
    if (s !== void 0)
      return this.manager.itemStart(e), setTimeout(() => {
        t && t(s), this.manager.itemEnd(e);
      }, 0), s;
    if (ln[e] !== void 0) {
      ln[e].push({
        onLoad: t,
        onProgress: n,
        onError: i
      });
      return;
    }
    ln[e] = [], ln[e].push({
      onLoad: t,
      onProgress: n,
      onError: i
    });
    const o = new Request(e, {
      headers: new Headers(this.requestHeader),
      credentials: this.withCredentials ? "include" : "same-origin"
      // An abort controller could be added within a future PR
    }), a = this.mimeType, l = this.responseType;
    fetch(o).then((c) => {
      if (c.status === 200 || c.status === 0) {
        if (c.status === 0 && console.warn("THREE.FileLoader: HTTP Status 0 received."), typeof ReadableStream > "u" || c.body === void 0 || c.body.getReader === void 0)
          return c;
        const h = ln[e], u = c.body.getReader(), d = c.headers.get("Content-Length"), f = d ? parseInt(d) : 0, g = f !== 0;
        let p = 0;
        const m = new ReadableStream({
          start(y) {
            _();
            function _() {
              u.read().then(({ done: S, value: w }) => {
                if (S)
                  y.close();
                else {
                  p += w.byteLength;
                  const x = new ProgressEvent("progress", { lengthComputable: g, loaded: p, total: f });
                  for (let L = 0, D = h.length; L < D; L++) {
                    const T = h[L];
                    T.onProgress && T.onProgress(x);
                  }
                  y.enqueue(w), _();
                }
              });
            }
          }
        });
        return new Response(m);
      } else
        throw Error(`fetch for "${c.url}" responded with ${c.status}: ${c.statusText}`);
    }).then((c) => {
      switch (l) {
        case "arraybuffer":
          return c.arrayBuffer();
        case "blob":
          return c.blob();
        case "document":
          return c.text().then((h) => new DOMParser().parseFromString(h, a));
        case "json":
          return c.json();
        default:
          if (a === void 0)
            return c.text();
          {
            const u = /charset="?([^;"\s]*)"?/i.exec(a), d = u && u[1] ? u[1].toLowerCase() : void 0, f = new TextDecoder(d);
            return c.arrayBuffer().then((g) => f.decode(g));
          }
      }
    }).then((c) => {
      Oi.add(e, c);
      const h = ln[e];
      delete ln[e];
      for (let u = 0, d = h.length; u < d; u++) {
        const f = h[u];
        f.onLoad && f.onLoad(c);
      }
    }).catch((c) => {
      const h = ln[e];
      if (h === void 0)
        throw this.manager.itemError(e), c;
      delete ln[e];
      for (let u = 0, d = h.length; u < d; u++) {
        const f = h[u];
        f.onError && f.onError(c);
      }
      this.manager.itemError(e);
    }).finally(() => {
      this.manager.itemEnd(e);
    }), this.manager.itemStart(e);
  }
  setResponseType(e) {
    return this.responseType = e, this;
  }
  setMimeType(e) {
    return this.mimeType = e, this;
  }
}
class lu extends In {
  constructor(e) {
    super(e);
  }
  load(e, t, n, i) {
    this.path !== void 0 && (e = this.path + e), e = this.manager.resolveURL(e);
    const s = this, o = Oi.get(e);
    if (o !== void 0)
      return s.manager.itemStart(e), setTimeout(function() {
        t && t(o), s.manager.itemEnd(e);
      }, 0), o;
    const a = ds("img");
    function l() {
      h(), Oi.add(e, this), t && t(this), s.manager.itemEnd(e);
    }
    function c(u) {
      h(), i && i(u), s.manager.itemError(e), s.manager.itemEnd(e);
    }
    function h() {
      a.removeEventListener("load", l, !1), a.removeEventListener("error", c, !1);
    }
    return a.addEventListener("load", l, !1), a.addEventListener("error", c, !1), e.slice(0, 5) !== "data:" && this.crossOrigin !== void 0 && (a.crossOrigin = this.crossOrigin), s.manager.itemStart(e), a.src = e, a;
  }
}
class by extends In {
  constructor(e) {
    super(e);
  }
  load(e, t, n, i) {
    const s = new Dr(), o = new lu(this.manager);
    o.setCrossOrigin(this.crossOrigin), o.setPath(this.path);
    let a = 0;
    function l(c) {
      o.load(e[c], function(h) {
        s.images[c] = h, a++, a === 6 && (s.needsUpdate = !0, t && t(s));
      }, void 0, i);
    }
    for (let c = 0; c < e.length; ++c)
      l(c);
    return s;
  }
}
class wy extends In {
  constructor(e) {
    super(e);
  }
  load(e, t, n, i) {
    const s = new gt(), o = new lu(this.manager);
    return o.setCrossOrigin(this.crossOrigin), o.setPath(this.path), o.load(e, function(a) {
      s.image = a, s.needsUpdate = !0, t !== void 0 && t(s);
    }, n, i), s;
  }
}
let en = class extends ze {
  constructor(e, t = 1) {
    super(), this.type = "Light", this.color = new pe(e), this.intensity = t;
  }
  dispose() {
  }
  copy(e) {
    return super.copy(e), this.color.copy(e.color), this.intensity = e.intensity, this;
  }
  toJSON(e) {
    const t = super.toJSON(e);
    return t.object.color = this.color.getHex(), t.object.intensity = this.intensity, this.groundColor !== void 0 && (t.object.groundColor = this.groundColor.getHex()), this.distance !== void 0 && (t.object.distance = this.distance), this.angle !== void 0 && (t.object.angle = this.angle), this.decay !== void 0 && (t.object.decay = this.decay), this.penumbra !== void 0 && (t.object.penumbra = this.penumbra), this.shadow !== void 0 && (t.object.shadow = this.shadow.toJSON()), t;
  }
};
en.prototype.isLight = !0;
class ca extends en {
  constructor(e, t, n) {
    super(e, n), this.type = "HemisphereLight", this.position.copy(ze.DefaultUp), this.updateMatrix(), this.groundColor = new pe(t);
  }
  copy(e) {
    return en.prototype.copy.call(this, e), this.groundColor.copy(e.groundColor), this;
  }
}
ca.prototype.isHemisphereLight = !0;
const bc = /* @__PURE__ */ new Ee(), wc = /* @__PURE__ */ new M(), Mc = /* @__PURE__ */ new M();
class za {
  constructor(e) {
    this.camera = e, this.bias = 0, this.normalBias = 0, this.radius = 1, this.blurSamples = 8, this.mapSize = new K(512, 512), this.map = null, this.mapPass = null, this.matrix = new Ee(), this.autoUpdate = !0, this.needsUpdate = !1, this._frustum = new ws(), this._frameExtents = new K(1, 1), this._viewportCount = 1, this._viewports = [
      new Xe(0, 0, 1, 1)
    ];
  }
  getViewportCount() {
    return this._viewportCount;
  }
  getFrustum() {
    return this._frustum;
  }
  updateMatrices(e) {
    const t = this.camera, n = this.matrix;
    wc.setFromMatrixPosition(e.matrixWorld), t.position.copy(wc), Mc.setFromMatrixPosition(e.target.matrixWorld), t.lookAt(Mc), t.updateMatrixWorld(), bc.multiplyMatrices(t.projectionMatrix, t.matrixWorldInverse), this._frustum.setFromProjectionMatrix(bc), n.set(
      0.5,
      0,
      0,
      0.5,
      0,
      0.5,
      0,
      0.5,
      0,
      0,
      0.5,
      0.5,
      0,
      0,
      0,
      1
    ), n.multiply(t.projectionMatrix), n.multiply(t.matrixWorldInverse);
  }
  getViewport(e) {
    return this._viewports[e];
  }
  getFrameExtents() {
    return this._frameExtents;
  }
  dispose() {
    this.map && this.map.dispose(), this.mapPass && this.mapPass.dispose();
  }
  copy(e) {
    return this.camera = e.camera.clone(), this.bias = e.bias, this.radius = e.radius, this.mapSize.copy(e.mapSize), this;
  }
  clone() {
    return new this.constructor().copy(this);
  }
  toJSON() {
    const e = {};
    return this.bias !== 0 && (e.bias = this.bias), this.normalBias !== 0 && (e.normalBias = this.normalBias), this.radius !== 1 && (e.radius = this.radius), (this.mapSize.x !== 512 || this.mapSize.y !== 512) && (e.mapSize = this.mapSize.toArray()), e.camera = this.camera.toJSON(!1).object, delete e.camera.matrix, e;
  }
}
class cu extends za {
  constructor() {
    super(new Et(50, 1, 0.5, 500)), this.focus = 1;
  }
  updateMatrices(e) {
    const t = this.camera, n = Qo * 2 * e.angle * this.focus, i = this.mapSize.width / this.mapSize.height, s = e.distance || t.far;
    (n !== t.fov || i !== t.aspect || s !== t.far) && (t.fov = n, t.aspect = i, t.far = s, t.updateProjectionMatrix()), super.updateMatrices(e);
  }
  copy(e) {
    return super.copy(e), this.focus = e.focus, this;
  }
}
cu.prototype.isSpotLightShadow = !0;
class My extends en {
  constructor(e, t, n = 0, i = Math.PI / 3, s = 0, o = 1) {
    super(e, t), this.type = "SpotLight", this.position.copy(ze.DefaultUp), this.updateMatrix(), this.target = new ze(), this.distance = n, this.angle = i, this.penumbra = s, this.decay = o, this.shadow = new cu();
  }
  get power() {
    return this.intensity * Math.PI;
  }
  set power(e) {
    this.intensity = e / Math.PI;
  }
  dispose() {
    this.shadow.dispose();
  }
  copy(e) {
    return super.copy(e), this.distance = e.distance, this.angle = e.angle, this.penumbra = e.penumbra, this.decay = e.decay, this.target = e.target.clone(), this.shadow = e.shadow.clone(), this;
  }
}
My.prototype.isSpotLight = !0;
const Sc = /* @__PURE__ */ new Ee(), es = /* @__PURE__ */ new M(), Io = /* @__PURE__ */ new M();
class hu extends za {
  constructor() {
    super(new Et(90, 1, 0.5, 500)), this._frameExtents = new K(4, 2), this._viewportCount = 6, this._viewports = [
      // These viewports map a cube-map onto a 2D texture with the
      // following orientation:
      //
      //  xzXZ
      //   y Y
      //
      // X - Positive x direction
      // x - Negative x direction
      // Y - Positive y direction
      // y - Negative y direction
      // Z - Positive z direction
      // z - Negative z direction
      // positive X
      new Xe(2, 1, 1, 1),
      // negative X
      new Xe(0, 1, 1, 1),
      // positive Z
      new Xe(3, 1, 1, 1),
      // negative Z
      new Xe(1, 1, 1, 1),
      // positive Y
      new Xe(3, 0, 1, 1),
      // negative Y
      new Xe(1, 0, 1, 1)
    ], this._cubeDirections = [
      new M(1, 0, 0),
      new M(-1, 0, 0),
      new M(0, 0, 1),
      new M(0, 0, -1),
      new M(0, 1, 0),
      new M(0, -1, 0)
    ], this._cubeUps = [
      new M(0, 1, 0),
      new M(0, 1, 0),
      new M(0, 1, 0),
      new M(0, 1, 0),
      new M(0, 0, 1),
      new M(0, 0, -1)
    ];
  }
  updateMatrices(e, t = 0) {
    const n = this.camera, i = this.matrix, s = e.distance || n.far;
    s !== n.far && (n.far = s, n.updateProjectionMatrix()), es.setFromMatrixPosition(e.matrixWorld), n.position.copy(es), Io.copy(n.position), Io.add(this._cubeDirections[t]), n.up.copy(this._cubeUps[t]), n.lookAt(Io), n.updateMatrixWorld(), i.makeTranslation(-es.x, -es.y, -es.z), Sc.multiplyMatrices(n.projectionMatrix, n.matrixWorldInverse), this._frustum.setFromProjectionMatrix(Sc);
  }
}
hu.prototype.isPointLightShadow = !0;
class Sy extends en {
  constructor(e, t, n = 0, i = 1) {
    super(e, t), this.type = "PointLight", this.distance = n, this.decay = i, this.shadow = new hu();
  }
  get power() {
    return this.intensity * 4 * Math.PI;
  }
  set power(e) {
    this.intensity = e / (4 * Math.PI);
  }
  dispose() {
    this.shadow.dispose();
  }
  copy(e) {
    return super.copy(e), this.distance = e.distance, this.decay = e.decay, this.shadow = e.shadow.clone(), this;
  }
}
Sy.prototype.isPointLight = !0;
class uu extends za {
  constructor() {
    super(new Ni(-5, 5, 5, -5, 0.5, 500));
  }
}
uu.prototype.isDirectionalLightShadow = !0;
class ha extends en {
  constructor(e, t) {
    super(e, t), this.type = "DirectionalLight", this.position.copy(ze.DefaultUp), this.updateMatrix(), this.target = new ze(), this.shadow = new uu();
  }
  dispose() {
    this.shadow.dispose();
  }
  copy(e) {
    return super.copy(e), this.target = e.target.clone(), this.shadow = e.shadow.clone(), this;
  }
}
ha.prototype.isDirectionalLight = !0;
class ua extends en {
  constructor(e, t) {
    super(e, t), this.type = "AmbientLight";
  }
}
ua.prototype.isAmbientLight = !0;
class Ey extends en {
  constructor(e, t, n = 10, i = 10) {
    super(e, t), this.type = "RectAreaLight", this.width = n, this.height = i;
  }
  get power() {
    return this.intensity * this.width * this.height * Math.PI;
  }
  set power(e) {
    this.intensity = e / (this.width * this.height * Math.PI);
  }
  copy(e) {
    return super.copy(e), this.width = e.width, this.height = e.height, this;
  }
  toJSON(e) {
    const t = super.toJSON(e);
    return t.object.width = this.width, t.object.height = this.height, t;
  }
}
Ey.prototype.isRectAreaLight = !0;
class du {
  constructor() {
    this.coefficients = [];
    for (let e = 0; e < 9; e++)
      this.coefficients.push(new M());
  }
  set(e) {
    for (let t = 0; t < 9; t++)
      this.coefficients[t].copy(e[t]);
    return this;
  }
  zero() {
    for (let e = 0; e < 9; e++)
      this.coefficients[e].set(0, 0, 0);
    return this;
  }
  // get the radiance in the direction of the normal
  // target is a Vector3
  getAt(e, t) {
    const n = e.x, i = e.y, s = e.z, o = this.coefficients;
    return t.copy(o[0]).multiplyScalar(0.282095), t.addScaledVector(o[1], 0.488603 * i), t.addScaledVector(o[2], 0.488603 * s), t.addScaledVector(o[3], 0.488603 * n), t.addScaledVector(o[4], 1.092548 * (n * i)), t.addScaledVector(o[5], 1.092548 * (i * s)), t.addScaledVector(o[6], 0.315392 * (3 * s * s - 1)), t.addScaledVector(o[7], 1.092548 * (n * s)), t.addScaledVector(o[8], 0.546274 * (n * n - i * i)), t;
  }
  // get the irradiance (radiance convolved with cosine lobe) in the direction of the normal
  // target is a Vector3
  // https://graphics.stanford.edu/papers/envmap/envmap.pdf
  getIrradianceAt(e, t) {
    const n = e.x, i = e.y, s = e.z, o = this.coefficients;
    return t.copy(o[0]).multiplyScalar(0.886227), t.addScaledVector(o[1], 2 * 0.511664 * i), t.addScaledVector(o[2], 2 * 0.511664 * s), t.addScaledVector(o[3], 2 * 0.511664 * n), t.addScaledVector(o[4], 2 * 0.429043 * n * i), t.addScaledVector(o[5], 2 * 0.429043 * i * s), t.addScaledVector(o[6], 0.743125 * s * s - 0.247708), t.addScaledVector(o[7], 2 * 0.429043 * n * s), t.addScaledVector(o[8], 0.429043 * (n * n - i * i)), t;
  }
  add(e) {
    for (let t = 0; t < 9; t++)
      this.coefficients[t].add(e.coefficients[t]);
    return this;
  }
  addScaledSH(e, t) {
    for (let n = 0; n < 9; n++)
      this.coefficients[n].addScaledVector(e.coefficients[n], t);
    return this;
  }
  scale(e) {
    for (let t = 0; t < 9; t++)
      this.coefficients[t].multiplyScalar(e);
    return this;
  }
  lerp(e, t) {
    for (let n = 0; n < 9; n++)
      this.coefficients[n].lerp(e.coefficients[n], t);
    return this;
  }
  equals(e) {
    for (let t = 0; t < 9; t++)
      if (!this.coefficients[t].equals(e.coefficients[t]))
        return !1;
    return !0;
  }
  copy(e) {
    return this.set(e.coefficients);
  }
  clone() {
    return new this.constructor().copy(this);
  }
  fromArray(e, t = 0) {
    const n = this.coefficients;
    for (let i = 0; i < 9; i++)
      n[i].fromArray(e, t + i * 3);
    return this;
  }
  toArray(e = [], t = 0) {
    const n = this.coefficients;
    for (let i = 0; i < 9; i++)
      n[i].toArray(e, t + i * 3);
    return e;
  }
  // evaluate the basis functions
  // shBasis is an Array[ 9 ]
  static getBasisAt(e, t) {
    const n = e.x, i = e.y, s = e.z;
    t[0] = 0.282095, t[1] = 0.488603 * i, t[2] = 0.488603 * s, t[3] = 0.488603 * n, t[4] = 1.092548 * n * i, t[5] = 1.092548 * i * s, t[6] = 0.315392 * (3 * s * s - 1), t[7] = 1.092548 * n * s, t[8] = 0.546274 * (n * n - i * i);
  }
}
du.prototype.isSphericalHarmonics3 = !0;
class Ba extends en {
  constructor(e = new du(), t = 1) {
    super(void 0, t), this.sh = e;
  }
  copy(e) {
    return super.copy(e), this.sh.copy(e.sh), this;
  }
  fromJSON(e) {
    return this.intensity = e.intensity, this.sh.fromArray(e.sh), this;
  }
  toJSON(e) {
    const t = super.toJSON(e);
    return t.object.sh = this.sh.toArray(), t;
  }
}
Ba.prototype.isLightProbe = !0;
class Ty {
  static decodeText(e) {
    if (typeof TextDecoder < "u")
      return new TextDecoder().decode(e);
    let t = "";
    for (let n = 0, i = e.length; n < i; n++)
      t += String.fromCharCode(e[n]);
    try {
      return decodeURIComponent(escape(t));
    } catch {
      return t;
    }
  }
  static extractUrlBase(e) {
    const t = e.lastIndexOf("/");
    return t === -1 ? "./" : e.slice(0, t + 1);
  }
  static resolveURL(e, t) {
    return typeof e != "string" || e === "" ? "" : (/^https?:\/\//i.test(t) && /^\//.test(e) && (t = t.replace(/(^https?:\/\/[^\/]+).*/i, "$1")), /^(https?:)?\/\//i.test(e) || /^data:.*,.*$/i.test(e) || /^blob:.*$/i.test(e) ? e : t + e);
  }
}
class Ay extends Be {
  constructor() {
    super(), this.type = "InstancedBufferGeometry", this.instanceCount = 1 / 0;
  }
  copy(e) {
    return super.copy(e), this.instanceCount = e.instanceCount, this;
  }
  clone() {
    return new this.constructor().copy(this);
  }
  toJSON() {
    const e = super.toJSON(this);
    return e.instanceCount = this.instanceCount, e.isInstancedBufferGeometry = !0, e;
  }
}
Ay.prototype.isInstancedBufferGeometry = !0;
class Cy extends In {
  constructor(e) {
    super(e), typeof createImageBitmap > "u" && console.warn("THREE.ImageBitmapLoader: createImageBitmap() not supported."), typeof fetch > "u" && console.warn("THREE.ImageBitmapLoader: fetch() not supported."), this.options = { premultiplyAlpha: "none" };
  }
  setOptions(e) {
    return this.options = e, this;
  }
  load(e, t, n, i) {
    e === void 0 && (e = ""), this.path !== void 0 && (e = this.path + e), e = this.manager.resolveURL(e);
    const s = this, o = Oi.get(e);
    if (o !== void 0)
      return s.manager.itemStart(e), setTimeout(function() {
        t && t(o), s.manager.itemEnd(e);
      }, 0), o;
    const a = {};
    a.credentials = this.crossOrigin === "anonymous" ? "same-origin" : "include", a.headers = this.requestHeader, fetch(e, a).then(function(l) {
      return l.blob();
    }).then(function(l) {
      return createImageBitmap(l, Object.assign(s.options, { colorSpaceConversion: "none" }));
    }).then(function(l) {
      Oi.add(e, l), t && t(l), s.manager.itemEnd(e);
    }).catch(function(l) {
      i && i(l), s.manager.itemError(e), s.manager.itemEnd(e);
    }), s.manager.itemStart(e);
  }
}
Cy.prototype.isImageBitmapLoader = !0;
let ar;
const Ly = {
  getContext: function() {
    return ar === void 0 && (ar = new (window.AudioContext || window.webkitAudioContext)()), ar;
  },
  setContext: function(r) {
    ar = r;
  }
};
class Ry extends In {
  constructor(e) {
    super(e);
  }
  load(e, t, n, i) {
    const s = this, o = new _y(this.manager);
    o.setResponseType("arraybuffer"), o.setPath(this.path), o.setRequestHeader(this.requestHeader), o.setWithCredentials(this.withCredentials), o.load(e, function(a) {
      try {
        const l = a.slice(0);
        Ly.getContext().decodeAudioData(l, function(h) {
          t(h);
        });
      } catch (l) {
        i ? i(l) : console.error(l), s.manager.itemError(e);
      }
    }, n, i);
  }
}
class Py extends Ba {
  constructor(e, t, n = 1) {
    super(void 0, n);
    const i = new pe().set(e), s = new pe().set(t), o = new M(i.r, i.g, i.b), a = new M(s.r, s.g, s.b), l = Math.sqrt(Math.PI), c = l * Math.sqrt(0.75);
    this.sh.coefficients[0].copy(o).add(a).multiplyScalar(l), this.sh.coefficients[1].copy(o).sub(a).multiplyScalar(c);
  }
}
Py.prototype.isHemisphereLightProbe = !0;
class Iy extends Ba {
  constructor(e, t = 1) {
    super(void 0, t);
    const n = new pe().set(e);
    this.sh.coefficients[0].set(n.r, n.g, n.b).multiplyScalar(2 * Math.sqrt(Math.PI));
  }
}
Iy.prototype.isAmbientLightProbe = !0;
class ka {
  constructor(e = !0) {
    this.autoStart = e, this.startTime = 0, this.oldTime = 0, this.elapsedTime = 0, this.running = !1;
  }
  start() {
    this.startTime = Ec(), this.oldTime = this.startTime, this.elapsedTime = 0, this.running = !0;
  }
  stop() {
    this.getElapsedTime(), this.running = !1, this.autoStart = !1;
  }
  getElapsedTime() {
    return this.getDelta(), this.elapsedTime;
  }
  getDelta() {
    let e = 0;
    if (this.autoStart && !this.running)
      return this.start(), 0;
    if (this.running) {
      const t = Ec();
      e = (t - this.oldTime) / 1e3, this.oldTime = t, this.elapsedTime += e;
    }
    return e;
  }
}
function Ec() {
  return (typeof performance > "u" ? Date : performance).now();
}
class Dy extends ze {
  constructor(e) {
    super(), this.type = "Audio", this.listener = e, this.context = e.context, this.gain = this.context.createGain(), this.gain.connect(e.getInput()), this.autoplay = !1, this.buffer = null, this.detune = 0, this.loop = !1, this.loopStart = 0, this.loopEnd = 0, this.offset = 0, this.duration = void 0, this.playbackRate = 1, this.isPlaying = !1, this.hasPlaybackControl = !0, this.source = null, this.sourceType = "empty", this._startedAt = 0, this._progress = 0, this._connected = !1, this.filters = [];
  }
  getOutput() {
    return this.gain;
  }
  setNodeSource(e) {
    return this.hasPlaybackControl = !1, this.sourceType = "audioNode", this.source = e, this.connect(), this;
  }
  setMediaElementSource(e) {
    return this.hasPlaybackControl = !1, this.sourceType = "mediaNode", this.source = this.context.createMediaElementSource(e), this.connect(), this;
  }
  setMediaStreamSource(e) {
    return this.hasPlaybackControl = !1, this.sourceType = "mediaStreamNode", this.source = this.context.createMediaStreamSource(e), this.connect(), this;
  }
  setBuffer(e) {
    return this.buffer = e, this.sourceType = "buffer", this.autoplay && this.play(), this;
  }
  play(e = 0) {
    if (this.isPlaying === !0) {
      console.warn("THREE.Audio: Audio is already playing.");
      return;
    }
    if (this.hasPlaybackControl === !1) {
      console.warn("THREE.Audio: this Audio has no playback control.");
      return;
    }
    this._startedAt = this.context.currentTime + e;
    const t = this.context.createBufferSource();
    return t.buffer = this.buffer, t.loop = this.loop, t.loopStart = this.loopStart, t.loopEnd = this.loopEnd, t.onended = this.onEnded.bind(this), t.start(this._startedAt, this._progress + this.offset, this.duration), this.isPlaying = !0, this.source = t, this.setDetune(this.detune), this.setPlaybackRate(this.playbackRate), this.connect();
  }
  pause() {
    if (this.hasPlaybackControl === !1) {
      console.warn("THREE.Audio: this Audio has no playback control.");
      return;
    }
    return this.isPlaying === !0 && (this._progress += Math.max(this.context.currentTime - this._startedAt, 0) * this.playbackRate, this.loop === !0 && (this._progress = this._progress % (this.duration || this.buffer.duration)), this.source.stop(), this.source.onended = null, this.isPlaying = !1), this;
  }
  stop() {
    if (this.hasPlaybackControl === !1) {
      console.warn("THREE.Audio: this Audio has no playback control.");
      return;
    }
    return this._progress = 0, this.source.stop(), this.source.onended = null, this.isPlaying = !1, this;
  }
  connect() {
    if (this.filters.length > 0) {
      this.source.connect(this.filters[0]);
      for (let e = 1, t = this.filters.length; e < t; e++)
        this.filters[e - 1].connect(this.filters[e]);
      this.filters[this.filters.length - 1].connect(this.getOutput());
    } else
      this.source.connect(this.getOutput());
    return this._connected = !0, this;
  }
  disconnect() {
    if (this.filters.length > 0) {
      this.source.disconnect(this.filters[0]);
      for (let e = 1, t = this.filters.length; e < t; e++)
        this.filters[e - 1].disconnect(this.filters[e]);
      this.filters[this.filters.length - 1].disconnect(this.getOutput());
    } else
      this.source.disconnect(this.getOutput());
    return this._connected = !1, this;
  }
  getFilters() {
    return this.filters;
  }
  setFilters(e) {
    return e || (e = []), this._connected === !0 ? (this.disconnect(), this.filters = e.slice(), this.connect()) : this.filters = e.slice(), this;
  }
  setDetune(e) {
    if (this.detune = e, this.source.detune !== void 0)
      return this.isPlaying === !0 && this.source.detune.setTargetAtTime(this.detune, this.context.currentTime, 0.01), this;
  }
  getDetune() {
    return this.detune;
  }
  getFilter() {
    return this.getFilters()[0];
  }
  setFilter(e) {
    return this.setFilters(e ? [e] : []);
  }
  setPlaybackRate(e) {
    if (this.hasPlaybackControl === !1) {
      console.warn("THREE.Audio: this Audio has no playback control.");
      return;
    }
    return this.playbackRate = e, this.isPlaying === !0 && this.source.playbackRate.setTargetAtTime(this.playbackRate, this.context.currentTime, 0.01), this;
  }
  getPlaybackRate() {
    return this.playbackRate;
  }
  onEnded() {
    this.isPlaying = !1;
  }
  getLoop() {
    return this.hasPlaybackControl === !1 ? (console.warn("THREE.Audio: this Audio has no playback control."), !1) : this.loop;
  }
  setLoop(e) {
    if (this.hasPlaybackControl === !1) {
      console.warn("THREE.Audio: this Audio has no playback control.");
      return;
    }
    return this.loop = e, this.isPlaying === !0 && (this.source.loop = this.loop), this;
  }
  setLoopStart(e) {
    return this.loopStart = e, this;
  }
  setLoopEnd(e) {
    return this.loopEnd = e, this;
  }
  getVolume() {
    return this.gain.gain.value;
  }
  setVolume(e) {
    return this.gain.gain.setTargetAtTime(e, this.context.currentTime, 0.01), this;
  }
}
class Ny {
  constructor(e, t, n) {
    this.binding = e, this.valueSize = n;
    let i, s, o;
    switch (t) {
      case "quaternion":
        i = this._slerp, s = this._slerpAdditive, o = this._setAdditiveIdentityQuaternion, this.buffer = new Float64Array(n * 6), this._workIndex = 5;
        break;
      case "string":
      case "bool":
        i = this._select, s = this._select, o = this._setAdditiveIdentityOther, this.buffer = new Array(n * 5);
        break;
      default:
        i = this._lerp, s = this._lerpAdditive, o = this._setAdditiveIdentityNumeric, this.buffer = new Float64Array(n * 5);
    }
    this._mixBufferRegion = i, this._mixBufferRegionAdditive = s, this._setIdentity = o, this._origIndex = 3, this._addIndex = 4, this.cumulativeWeight = 0, this.cumulativeWeightAdditive = 0, this.useCount = 0, this.referenceCount = 0;
  }
  // accumulate data in the 'incoming' region into 'accu<i>'
  accumulate(e, t) {
    const n = this.buffer, i = this.valueSize, s = e * i + i;
    let o = this.cumulativeWeight;
    if (o === 0) {
      for (let a = 0; a !== i; ++a)
        n[s + a] = n[a];
      o = t;
    } else {
      o += t;
      const a = t / o;
      this._mixBufferRegion(n, s, 0, a, i);
    }
    this.cumulativeWeight = o;
  }
  // accumulate data in the 'incoming' region into 'add'
  accumulateAdditive(e) {
    const t = this.buffer, n = this.valueSize, i = n * this._addIndex;
    this.cumulativeWeightAdditive === 0 && this._setIdentity(), this._mixBufferRegionAdditive(t, i, 0, e, n), this.cumulativeWeightAdditive += e;
  }
  // apply the state of 'accu<i>' to the binding when accus differ
  apply(e) {
    const t = this.valueSize, n = this.buffer, i = e * t + t, s = this.cumulativeWeight, o = this.cumulativeWeightAdditive, a = this.binding;
    if (this.cumulativeWeight = 0, this.cumulativeWeightAdditive = 0, s < 1) {
      const l = t * this._origIndex;
      this._mixBufferRegion(
        n,
        i,
        l,
        1 - s,
        t
      );
    }
    o > 0 && this._mixBufferRegionAdditive(n, i, this._addIndex * t, 1, t);
    for (let l = t, c = t + t; l !== c; ++l)
      if (n[l] !== n[l + t]) {
        a.setValue(n, i);
        break;
      }
  }
  // remember the state of the bound property and copy it to both accus
  saveOriginalState() {
    const e = this.binding, t = this.buffer, n = this.valueSize, i = n * this._origIndex;
    e.getValue(t, i);
    for (let s = n, o = i; s !== o; ++s)
      t[s] = t[i + s % n];
    this._setIdentity(), this.cumulativeWeight = 0, this.cumulativeWeightAdditive = 0;
  }
  // apply the state previously taken via 'saveOriginalState' to the binding
  restoreOriginalState() {
    const e = this.valueSize * 3;
    this.binding.setValue(this.buffer, e);
  }
  _setAdditiveIdentityNumeric() {
    const e = this._addIndex * this.valueSize, t = e + this.valueSize;
    for (let n = e; n < t; n++)
      this.buffer[n] = 0;
  }
  _setAdditiveIdentityQuaternion() {
    this._setAdditiveIdentityNumeric(), this.buffer[this._addIndex * this.valueSize + 3] = 1;
  }
  _setAdditiveIdentityOther() {
    const e = this._origIndex * this.valueSize, t = this._addIndex * this.valueSize;
    for (let n = 0; n < this.valueSize; n++)
      this.buffer[t + n] = this.buffer[e + n];
  }
  // mix functions
  _select(e, t, n, i, s) {
    if (i >= 0.5)
      for (let o = 0; o !== s; ++o)
        e[t + o] = e[n + o];
  }
  _slerp(e, t, n, i) {
    Ke.slerpFlat(e, t, e, t, e, n, i);
  }
  _slerpAdditive(e, t, n, i, s) {
    const o = this._workIndex * s;
    Ke.multiplyQuaternionsFlat(e, o, e, t, e, n), Ke.slerpFlat(e, t, e, t, e, o, i);
  }
  _lerp(e, t, n, i, s) {
    const o = 1 - i;
    for (let a = 0; a !== s; ++a) {
      const l = t + a;
      e[l] = e[l] * o + e[n + a] * i;
    }
  }
  _lerpAdditive(e, t, n, i, s) {
    for (let o = 0; o !== s; ++o) {
      const a = t + o;
      e[a] = e[a] + e[n + o] * i;
    }
  }
}
const Ua = "\\[\\]\\.:\\/", Oy = new RegExp("[" + Ua + "]", "g"), Fa = "[^" + Ua + "]", zy = "[^" + Ua.replace("\\.", "") + "]", By = /((?:WC+[\/:])*)/.source.replace("WC", Fa), ky = /(WCOD+)?/.source.replace("WCOD", zy), Uy = /(?:\.(WC+)(?:\[(.+)\])?)?/.source.replace("WC", Fa), Fy = /\.(WC+)(?:\[(.+)\])?/.source.replace("WC", Fa), Hy = new RegExp(
  "^" + By + ky + Uy + Fy + "$"
), Vy = ["material", "materials", "bones"];
class Gy {
  constructor(e, t, n) {
    const i = n || Ze.parseTrackName(t);
    this._targetGroup = e, this._bindings = e.subscribe_(t, i);
  }
  getValue(e, t) {
    this.bind();
    const n = this._targetGroup.nCachedObjects_, i = this._bindings[n];
    i !== void 0 && i.getValue(e, t);
  }
  setValue(e, t) {
    const n = this._bindings;
    for (let i = this._targetGroup.nCachedObjects_, s = n.length; i !== s; ++i)
      n[i].setValue(e, t);
  }
  bind() {
    const e = this._bindings;
    for (let t = this._targetGroup.nCachedObjects_, n = e.length; t !== n; ++t)
      e[t].bind();
  }
  unbind() {
    const e = this._bindings;
    for (let t = this._targetGroup.nCachedObjects_, n = e.length; t !== n; ++t)
      e[t].unbind();
  }
}
class Ze {
  constructor(e, t, n) {
    this.path = t, this.parsedPath = n || Ze.parseTrackName(t), this.node = Ze.findNode(e, this.parsedPath.nodeName) || e, this.rootNode = e, this.getValue = this._getValue_unbound, this.setValue = this._setValue_unbound;
  }
  static create(e, t, n) {
    return e && e.isAnimationObjectGroup ? new Ze.Composite(e, t, n) : new Ze(e, t, n);
  }
  /**
   * Replaces spaces with underscores and removes unsupported characters from
   * node names, to ensure compatibility with parseTrackName().
   *
   * @param {string} name Node name to be sanitized.
   * @return {string}
   */
  static sanitizeNodeName(e) {
    return e.replace(/\s/g, "_").replace(Oy, "");
  }
  static parseTrackName(e) {
    const t = Hy.exec(e);
    if (t === null)
      throw new Error("PropertyBinding: Cannot parse trackName: " + e);
    const n = {
      // directoryName: matches[ 1 ], // (tschw) currently unused
      nodeName: t[2],
      objectName: t[3],
      objectIndex: t[4],
      propertyName: t[5],
      // required
      propertyIndex: t[6]
    }, i = n.nodeName && n.nodeName.lastIndexOf(".");
    if (i !== void 0 && i !== -1) {
      const s = n.nodeName.substring(i + 1);
      Vy.indexOf(s) !== -1 && (n.nodeName = n.nodeName.substring(0, i), n.objectName = s);
    }
    if (n.propertyName === null || n.propertyName.length === 0)
      throw new Error("PropertyBinding: can not parse propertyName from trackName: " + e);
    return n;
  }
  static findNode(e, t) {
    if (t === void 0 || t === "" || t === "." || t === -1 || t === e.name || t === e.uuid)
      return e;
    if (e.skeleton) {
      const n = e.skeleton.getBoneByName(t);
      if (n !== void 0)
        return n;
    }
    if (e.children) {
      const n = function(s) {
        for (let o = 0; o < s.length; o++) {
          const a = s[o];
          if (a.name === t || a.uuid === t)
            return a;
          const l = n(a.children);
          if (l) return l;
        }
        return null;
      }, i = n(e.children);
      if (i)
        return i;
    }
    return null;
  }
  // these are used to "bind" a nonexistent property
  _getValue_unavailable() {
  }
  _setValue_unavailable() {
  }
  // Getters
  _getValue_direct(e, t) {
    e[t] = this.targetObject[this.propertyName];
  }
  _getValue_array(e, t) {
    const n = this.resolvedProperty;
    for (let i = 0, s = n.length; i !== s; ++i)
      e[t++] = n[i];
  }
  _getValue_arrayElement(e, t) {
    e[t] = this.resolvedProperty[this.propertyIndex];
  }
  _getValue_toArray(e, t) {
    this.resolvedProperty.toArray(e, t);
  }
  // Direct
  _setValue_direct(e, t) {
    this.targetObject[this.propertyName] = e[t];
  }
  _setValue_direct_setNeedsUpdate(e, t) {
    this.targetObject[this.propertyName] = e[t], this.targetObject.needsUpdate = !0;
  }
  _setValue_direct_setMatrixWorldNeedsUpdate(e, t) {
    this.targetObject[this.propertyName] = e[t], this.targetObject.matrixWorldNeedsUpdate = !0;
  }
  // EntireArray
  _setValue_array(e, t) {
    const n = this.resolvedProperty;
    for (let i = 0, s = n.length; i !== s; ++i)
      n[i] = e[t++];
  }
  _setValue_array_setNeedsUpdate(e, t) {
    const n = this.resolvedProperty;
    for (let i = 0, s = n.length; i !== s; ++i)
      n[i] = e[t++];
    this.targetObject.needsUpdate = !0;
  }
  _setValue_array_setMatrixWorldNeedsUpdate(e, t) {
    const n = this.resolvedProperty;
    for (let i = 0, s = n.length; i !== s; ++i)
      n[i] = e[t++];
    this.targetObject.matrixWorldNeedsUpdate = !0;
  }
  // ArrayElement
  _setValue_arrayElement(e, t) {
    this.resolvedProperty[this.propertyIndex] = e[t];
  }
  _setValue_arrayElement_setNeedsUpdate(e, t) {
    this.resolvedProperty[this.propertyIndex] = e[t], this.targetObject.needsUpdate = !0;
  }
  _setValue_arrayElement_setMatrixWorldNeedsUpdate(e, t) {
    this.resolvedProperty[this.propertyIndex] = e[t], this.targetObject.matrixWorldNeedsUpdate = !0;
  }
  // HasToFromArray
  _setValue_fromArray(e, t) {
    this.resolvedProperty.fromArray(e, t);
  }
  _setValue_fromArray_setNeedsUpdate(e, t) {
    this.resolvedProperty.fromArray(e, t), this.targetObject.needsUpdate = !0;
  }
  _setValue_fromArray_setMatrixWorldNeedsUpdate(e, t) {
    this.resolvedProperty.fromArray(e, t), this.targetObject.matrixWorldNeedsUpdate = !0;
  }
  _getValue_unbound(e, t) {
    this.bind(), this.getValue(e, t);
  }
  _setValue_unbound(e, t) {
    this.bind(), this.setValue(e, t);
  }
  // create getter / setter pair for a property in the scene graph
  bind() {
    let e = this.node;
    const t = this.parsedPath, n = t.objectName, i = t.propertyName;
    let s = t.propertyIndex;
    if (e || (e = Ze.findNode(this.rootNode, t.nodeName) || this.rootNode, this.node = e), this.getValue = this._getValue_unavailable, this.setValue = this._setValue_unavailable, !e) {
      console.error("THREE.PropertyBinding: Trying to update node for track: " + this.path + " but it wasn't found.");
      return;
    }
    if (n) {
      let c = t.objectIndex;
      switch (n) {
        case "materials":
          if (!e.material) {
            console.error("THREE.PropertyBinding: Can not bind to material as node does not have a material.", this);
            return;
          }
          if (!e.material.materials) {
            console.error("THREE.PropertyBinding: Can not bind to material.materials as node.material does not have a materials array.", this);
            return;
          }
          e = e.material.materials;
          break;
        case "bones":
          if (!e.skeleton) {
            console.error("THREE.PropertyBinding: Can not bind to bones as node does not have a skeleton.", this);
            return;
          }
          e = e.skeleton.bones;
          for (let h = 0; h < e.length; h++)
            if (e[h].name === c) {
              c = h;
              break;
            }
          break;
        default:
          if (e[n] === void 0) {
            console.error("THREE.PropertyBinding: Can not bind to objectName of node undefined.", this);
            return;
          }
          e = e[n];
      }
      if (c !== void 0) {
        if (e[c] === void 0) {
          console.error("THREE.PropertyBinding: Trying to bind to objectIndex of objectName, but is undefined.", this, e);
          return;
        }
        e = e[c];
      }
    }
    const o = e[i];
    if (o === void 0) {
      const c = t.nodeName;
      console.error("THREE.PropertyBinding: Trying to update property for track: " + c + "." + i + " but it wasn't found.", e);
      return;
    }
    let a = this.Versioning.None;
    this.targetObject = e, e.needsUpdate !== void 0 ? a = this.Versioning.NeedsUpdate : e.matrixWorldNeedsUpdate !== void 0 && (a = this.Versioning.MatrixWorldNeedsUpdate);
    let l = this.BindingType.Direct;
    if (s !== void 0) {
      if (i === "morphTargetInfluences") {
        if (!e.geometry) {
          console.error("THREE.PropertyBinding: Can not bind to morphTargetInfluences because node does not have a geometry.", this);
          return;
        }
        if (e.geometry.isBufferGeometry) {
          if (!e.geometry.morphAttributes) {
            console.error("THREE.PropertyBinding: Can not bind to morphTargetInfluences because node does not have a geometry.morphAttributes.", this);
            return;
          }
          e.morphTargetDictionary[s] !== void 0 && (s = e.morphTargetDictionary[s]);
        } else {
          console.error("THREE.PropertyBinding: Can not bind to morphTargetInfluences on THREE.Geometry. Use THREE.BufferGeometry instead.", this);
          return;
        }
      }
      l = this.BindingType.ArrayElement, this.resolvedProperty = o, this.propertyIndex = s;
    } else o.fromArray !== void 0 && o.toArray !== void 0 ? (l = this.BindingType.HasFromToArray, this.resolvedProperty = o) : Array.isArray(o) ? (l = this.BindingType.EntireArray, this.resolvedProperty = o) : this.propertyName = i;
    this.getValue = this.GetterByBindingType[l], this.setValue = this.SetterByBindingTypeAndVersioning[l][a];
  }
  unbind() {
    this.node = null, this.getValue = this._getValue_unbound, this.setValue = this._setValue_unbound;
  }
}
Ze.Composite = Gy;
Ze.prototype.BindingType = {
  Direct: 0,
  EntireArray: 1,
  ArrayElement: 2,
  HasFromToArray: 3
};
Ze.prototype.Versioning = {
  None: 0,
  NeedsUpdate: 1,
  MatrixWorldNeedsUpdate: 2
};
Ze.prototype.GetterByBindingType = [
  Ze.prototype._getValue_direct,
  Ze.prototype._getValue_array,
  Ze.prototype._getValue_arrayElement,
  Ze.prototype._getValue_toArray
];
Ze.prototype.SetterByBindingTypeAndVersioning = [
  [
    // Direct
    Ze.prototype._setValue_direct,
    Ze.prototype._setValue_direct_setNeedsUpdate,
    Ze.prototype._setValue_direct_setMatrixWorldNeedsUpdate
  ],
  [
    // EntireArray
    Ze.prototype._setValue_array,
    Ze.prototype._setValue_array_setNeedsUpdate,
    Ze.prototype._setValue_array_setMatrixWorldNeedsUpdate
  ],
  [
    // ArrayElement
    Ze.prototype._setValue_arrayElement,
    Ze.prototype._setValue_arrayElement_setNeedsUpdate,
    Ze.prototype._setValue_arrayElement_setMatrixWorldNeedsUpdate
  ],
  [
    // HasToFromArray
    Ze.prototype._setValue_fromArray,
    Ze.prototype._setValue_fromArray_setNeedsUpdate,
    Ze.prototype._setValue_fromArray_setMatrixWorldNeedsUpdate
  ]
];
class Wy {
  constructor(e, t, n = null, i = t.blendMode) {
    this._mixer = e, this._clip = t, this._localRoot = n, this.blendMode = i;
    const s = t.tracks, o = s.length, a = new Array(o), l = {
      endingStart: _i,
      endingEnd: _i
    };
    for (let c = 0; c !== o; ++c) {
      const h = s[c].createInterpolant(null);
      a[c] = h, h.settings = l;
    }
    this._interpolantSettings = l, this._interpolants = a, this._propertyBindings = new Array(o), this._cacheIndex = null, this._byClipCacheIndex = null, this._timeScaleInterpolant = null, this._weightInterpolant = null, this.loop = Pd, this._loopCount = -1, this._startTime = null, this.time = 0, this.timeScale = 1, this._effectiveTimeScale = 1, this.weight = 1, this._effectiveWeight = 1, this.repetitions = 1 / 0, this.paused = !1, this.enabled = !0, this.clampWhenFinished = !1, this.zeroSlopeAtStart = !0, this.zeroSlopeAtEnd = !0;
  }
  // State & Scheduling
  play() {
    return this._mixer._activateAction(this), this;
  }
  stop() {
    return this._mixer._deactivateAction(this), this.reset();
  }
  reset() {
    return this.paused = !1, this.enabled = !0, this.time = 0, this._loopCount = -1, this._startTime = null, this.stopFading().stopWarping();
  }
  isRunning() {
    return this.enabled && !this.paused && this.timeScale !== 0 && this._startTime === null && this._mixer._isActiveAction(this);
  }
  // return true when play has been called
  isScheduled() {
    return this._mixer._isActiveAction(this);
  }
  startAt(e) {
    return this._startTime = e, this;
  }
  setLoop(e, t) {
    return this.loop = e, this.repetitions = t, this;
  }
  // Weight
  // set the weight stopping any scheduled fading
  // although .enabled = false yields an effective weight of zero, this
  // method does *not* change .enabled, because it would be confusing
  setEffectiveWeight(e) {
    return this.weight = e, this._effectiveWeight = this.enabled ? e : 0, this.stopFading();
  }
  // return the weight considering fading and .enabled
  getEffectiveWeight() {
    return this._effectiveWeight;
  }
  fadeIn(e) {
    return this._scheduleFading(e, 0, 1);
  }
  fadeOut(e) {
    return this._scheduleFading(e, 1, 0);
  }
  crossFadeFrom(e, t, n) {
    if (e.fadeOut(t), this.fadeIn(t), n) {
      const i = this._clip.duration, s = e._clip.duration, o = s / i, a = i / s;
      e.warp(1, o, t), this.warp(a, 1, t);
    }
    return this;
  }
  crossFadeTo(e, t, n) {
    return e.crossFadeFrom(this, t, n);
  }
  stopFading() {
    const e = this._weightInterpolant;
    return e !== null && (this._weightInterpolant = null, this._mixer._takeBackControlInterpolant(e)), this;
  }
  // Time Scale Control
  // set the time scale stopping any scheduled warping
  // although .paused = true yields an effective time scale of zero, this
  // method does *not* change .paused, because it would be confusing
  setEffectiveTimeScale(e) {
    return this.timeScale = e, this._effectiveTimeScale = this.paused ? 0 : e, this.stopWarping();
  }
  // return the time scale considering warping and .paused
  getEffectiveTimeScale() {
    return this._effectiveTimeScale;
  }
  setDuration(e) {
    return this.timeScale = this._clip.duration / e, this.stopWarping();
  }
  syncWith(e) {
    return this.time = e.time, this.timeScale = e.timeScale, this.stopWarping();
  }
  halt(e) {
    return this.warp(this._effectiveTimeScale, 0, e);
  }
  warp(e, t, n) {
    const i = this._mixer, s = i.time, o = this.timeScale;
    let a = this._timeScaleInterpolant;
    a === null && (a = i._lendControlInterpolant(), this._timeScaleInterpolant = a);
    const l = a.parameterPositions, c = a.sampleValues;
    return l[0] = s, l[1] = s + n, c[0] = e / o, c[1] = t / o, this;
  }
  stopWarping() {
    const e = this._timeScaleInterpolant;
    return e !== null && (this._timeScaleInterpolant = null, this._mixer._takeBackControlInterpolant(e)), this;
  }
  // Object Accessors
  getMixer() {
    return this._mixer;
  }
  getClip() {
    return this._clip;
  }
  getRoot() {
    return this._localRoot || this._mixer._root;
  }
  // Interna
  _update(e, t, n, i) {
    if (!this.enabled) {
      this._updateWeight(e);
      return;
    }
    const s = this._startTime;
    if (s !== null) {
      const l = (e - s) * n;
      if (l < 0 || n === 0)
        return;
      this._startTime = null, t = n * l;
    }
    t *= this._updateTimeScale(e);
    const o = this._updateTime(t), a = this._updateWeight(e);
    if (a > 0) {
      const l = this._interpolants, c = this._propertyBindings;
      switch (this.blendMode) {
        case Th:
          for (let h = 0, u = l.length; h !== u; ++h)
            l[h].evaluate(o), c[h].accumulateAdditive(a);
          break;
        case pa:
        default:
          for (let h = 0, u = l.length; h !== u; ++h)
            l[h].evaluate(o), c[h].accumulate(i, a);
      }
    }
  }
  _updateWeight(e) {
    let t = 0;
    if (this.enabled) {
      t = this.weight;
      const n = this._weightInterpolant;
      if (n !== null) {
        const i = n.evaluate(e)[0];
        t *= i, e > n.parameterPositions[1] && (this.stopFading(), i === 0 && (this.enabled = !1));
      }
    }
    return this._effectiveWeight = t, t;
  }
  _updateTimeScale(e) {
    let t = 0;
    if (!this.paused) {
      t = this.timeScale;
      const n = this._timeScaleInterpolant;
      if (n !== null) {
        const i = n.evaluate(e)[0];
        t *= i, e > n.parameterPositions[1] && (this.stopWarping(), t === 0 ? this.paused = !0 : this.timeScale = t);
      }
    }
    return this._effectiveTimeScale = t, t;
  }
  _updateTime(e) {
    const t = this._clip.duration, n = this.loop;
    let i = this.time + e, s = this._loopCount;
    const o = n === Id;
    if (e === 0)
      return s === -1 ? i : o && (s & 1) === 1 ? t - i : i;
    if (n === Rd) {
      s === -1 && (this._loopCount = 0, this._setEndings(!0, !0, !1));
      e: {
        if (i >= t)
          i = t;
        else if (i < 0)
          i = 0;
        else {
          this.time = i;
          break e;
        }
        this.clampWhenFinished ? this.paused = !0 : this.enabled = !1, this.time = i, this._mixer.dispatchEvent({
          type: "finished",
          action: this,
          direction: e < 0 ? -1 : 1
        });
      }
    } else {
      if (s === -1 && (e >= 0 ? (s = 0, this._setEndings(!0, this.repetitions === 0, o)) : this._setEndings(this.repetitions === 0, !0, o)), i >= t || i < 0) {
        const a = Math.floor(i / t);
        i -= t * a, s += Math.abs(a);
        const l = this.repetitions - s;
        if (l <= 0)
          this.clampWhenFinished ? this.paused = !0 : this.enabled = !1, i = e > 0 ? t : 0, this.time = i, this._mixer.dispatchEvent({
            type: "finished",
            action: this,
            direction: e > 0 ? 1 : -1
          });
        else {
          if (l === 1) {
            const c = e < 0;
            this._setEndings(c, !c, o);
          } else
            this._setEndings(!1, !1, o);
          this._loopCount = s, this.time = i, this._mixer.dispatchEvent({
            type: "loop",
            action: this,
            loopDelta: a
          });
        }
      } else
        this.time = i;
      if (o && (s & 1) === 1)
        return t - i;
    }
    return i;
  }
  _setEndings(e, t, n) {
    const i = this._interpolantSettings;
    n ? (i.endingStart = bi, i.endingEnd = bi) : (e ? i.endingStart = this.zeroSlopeAtStart ? bi : _i : i.endingStart = Mr, t ? i.endingEnd = this.zeroSlopeAtEnd ? bi : _i : i.endingEnd = Mr);
  }
  _scheduleFading(e, t, n) {
    const i = this._mixer, s = i.time;
    let o = this._weightInterpolant;
    o === null && (o = i._lendControlInterpolant(), this._weightInterpolant = o);
    const a = o.parameterPositions, l = o.sampleValues;
    return a[0] = s, l[0] = t, a[1] = s + e, l[1] = n, this;
  }
}
class fu extends pn {
  constructor(e) {
    super(), this._root = e, this._initMemoryManager(), this._accuIndex = 0, this.time = 0, this.timeScale = 1;
  }
  _bindAction(e, t) {
    const n = e._localRoot || this._root, i = e._clip.tracks, s = i.length, o = e._propertyBindings, a = e._interpolants, l = n.uuid, c = this._bindingsByRootAndName;
    let h = c[l];
    h === void 0 && (h = {}, c[l] = h);
    for (let u = 0; u !== s; ++u) {
      const d = i[u], f = d.name;
      let g = h[f];
      if (g !== void 0)
        ++g.referenceCount, o[u] = g;
      else {
        if (g = o[u], g !== void 0) {
          g._cacheIndex === null && (++g.referenceCount, this._addInactiveBinding(g, l, f));
          continue;
        }
        const p = t && t._propertyBindings[u].binding.parsedPath;
        g = new Ny(
          Ze.create(n, f, p),
          d.ValueTypeName,
          d.getValueSize()
        ), ++g.referenceCount, this._addInactiveBinding(g, l, f), o[u] = g;
      }
      a[u].resultBuffer = g.buffer;
    }
  }
  _activateAction(e) {
    if (!this._isActiveAction(e)) {
      if (e._cacheIndex === null) {
        const n = (e._localRoot || this._root).uuid, i = e._clip.uuid, s = this._actionsByClip[i];
        this._bindAction(
          e,
          s && s.knownActions[0]
        ), this._addInactiveAction(e, i, n);
      }
      const t = e._propertyBindings;
      for (let n = 0, i = t.length; n !== i; ++n) {
        const s = t[n];
        s.useCount++ === 0 && (this._lendBinding(s), s.saveOriginalState());
      }
      this._lendAction(e);
    }
  }
  _deactivateAction(e) {
    if (this._isActiveAction(e)) {
      const t = e._propertyBindings;
      for (let n = 0, i = t.length; n !== i; ++n) {
        const s = t[n];
        --s.useCount === 0 && (s.restoreOriginalState(), this._takeBackBinding(s));
      }
      this._takeBackAction(e);
    }
  }
  // Memory manager
  _initMemoryManager() {
    this._actions = [], this._nActiveActions = 0, this._actionsByClip = {}, this._bindings = [], this._nActiveBindings = 0, this._bindingsByRootAndName = {}, this._controlInterpolants = [], this._nActiveControlInterpolants = 0;
    const e = this;
    this.stats = {
      actions: {
        get total() {
          return e._actions.length;
        },
        get inUse() {
          return e._nActiveActions;
        }
      },
      bindings: {
        get total() {
          return e._bindings.length;
        },
        get inUse() {
          return e._nActiveBindings;
        }
      },
      controlInterpolants: {
        get total() {
          return e._controlInterpolants.length;
        },
        get inUse() {
          return e._nActiveControlInterpolants;
        }
      }
    };
  }
  // Memory management for AnimationAction objects
  _isActiveAction(e) {
    const t = e._cacheIndex;
    return t !== null && t < this._nActiveActions;
  }
  _addInactiveAction(e, t, n) {
    const i = this._actions, s = this._actionsByClip;
    let o = s[t];
    if (o === void 0)
      o = {
        knownActions: [e],
        actionByRoot: {}
      }, e._byClipCacheIndex = 0, s[t] = o;
    else {
      const a = o.knownActions;
      e._byClipCacheIndex = a.length, a.push(e);
    }
    e._cacheIndex = i.length, i.push(e), o.actionByRoot[n] = e;
  }
  _removeInactiveAction(e) {
    const t = this._actions, n = t[t.length - 1], i = e._cacheIndex;
    n._cacheIndex = i, t[i] = n, t.pop(), e._cacheIndex = null;
    const s = e._clip.uuid, o = this._actionsByClip, a = o[s], l = a.knownActions, c = l[l.length - 1], h = e._byClipCacheIndex;
    c._byClipCacheIndex = h, l[h] = c, l.pop(), e._byClipCacheIndex = null;
    const u = a.actionByRoot, d = (e._localRoot || this._root).uuid;
    delete u[d], l.length === 0 && delete o[s], this._removeInactiveBindingsForAction(e);
  }
  _removeInactiveBindingsForAction(e) {
    const t = e._propertyBindings;
    for (let n = 0, i = t.length; n !== i; ++n) {
      const s = t[n];
      --s.referenceCount === 0 && this._removeInactiveBinding(s);
    }
  }
  _lendAction(e) {
    const t = this._actions, n = e._cacheIndex, i = this._nActiveActions++, s = t[i];
    e._cacheIndex = i, t[i] = e, s._cacheIndex = n, t[n] = s;
  }
  _takeBackAction(e) {
    const t = this._actions, n = e._cacheIndex, i = --this._nActiveActions, s = t[i];
    e._cacheIndex = i, t[i] = e, s._cacheIndex = n, t[n] = s;
  }
  // Memory management for PropertyMixer objects
  _addInactiveBinding(e, t, n) {
    const i = this._bindingsByRootAndName, s = this._bindings;
    let o = i[t];
    o === void 0 && (o = {}, i[t] = o), o[n] = e, e._cacheIndex = s.length, s.push(e);
  }
  _removeInactiveBinding(e) {
    const t = this._bindings, n = e.binding, i = n.rootNode.uuid, s = n.path, o = this._bindingsByRootAndName, a = o[i], l = t[t.length - 1], c = e._cacheIndex;
    l._cacheIndex = c, t[c] = l, t.pop(), delete a[s], Object.keys(a).length === 0 && delete o[i];
  }
  _lendBinding(e) {
    const t = this._bindings, n = e._cacheIndex, i = this._nActiveBindings++, s = t[i];
    e._cacheIndex = i, t[i] = e, s._cacheIndex = n, t[n] = s;
  }
  _takeBackBinding(e) {
    const t = this._bindings, n = e._cacheIndex, i = --this._nActiveBindings, s = t[i];
    e._cacheIndex = i, t[i] = e, s._cacheIndex = n, t[n] = s;
  }
  // Memory management of Interpolants for weight and time scale
  _lendControlInterpolant() {
    const e = this._controlInterpolants, t = this._nActiveControlInterpolants++;
    let n = e[t];
    return n === void 0 && (n = new ou(
      new Float32Array(2),
      new Float32Array(2),
      1,
      this._controlInterpolantsResultBuffer
    ), n.__cacheIndex = t, e[t] = n), n;
  }
  _takeBackControlInterpolant(e) {
    const t = this._controlInterpolants, n = e.__cacheIndex, i = --this._nActiveControlInterpolants, s = t[i];
    e.__cacheIndex = i, t[i] = e, s.__cacheIndex = n, t[n] = s;
  }
  // return an action for a clip optionally using a custom root target
  // object (this method allocates a lot of dynamic memory in case a
  // previously unknown clip/root combination is specified)
  clipAction(e, t, n) {
    const i = t || this._root, s = i.uuid;
    let o = typeof e == "string" ? la.findByName(i, e) : e;
    const a = o !== null ? o.uuid : e, l = this._actionsByClip[a];
    let c = null;
    if (n === void 0 && (o !== null ? n = o.blendMode : n = pa), l !== void 0) {
      const u = l.actionByRoot[s];
      if (u !== void 0 && u.blendMode === n)
        return u;
      c = l.knownActions[0], o === null && (o = c._clip);
    }
    if (o === null) return null;
    const h = new Wy(this, o, t, n);
    return this._bindAction(h, c), this._addInactiveAction(h, a, s), h;
  }
  // get an existing action
  existingAction(e, t) {
    const n = t || this._root, i = n.uuid, s = typeof e == "string" ? la.findByName(n, e) : e, o = s ? s.uuid : e, a = this._actionsByClip[o];
    return a !== void 0 && a.actionByRoot[i] || null;
  }
  // deactivates all previously scheduled actions
  stopAllAction() {
    const e = this._actions, t = this._nActiveActions;
    for (let n = t - 1; n >= 0; --n)
      e[n].stop();
    return this;
  }
  // advance the time and update apply the animation
  update(e) {
    e *= this.timeScale;
    const t = this._actions, n = this._nActiveActions, i = this.time += e, s = Math.sign(e), o = this._accuIndex ^= 1;
    for (let c = 0; c !== n; ++c)
      t[c]._update(i, e, s, o);
    const a = this._bindings, l = this._nActiveBindings;
    for (let c = 0; c !== l; ++c)
      a[c].apply(o);
    return this;
  }
  // Allows you to seek to a specific time in an animation.
  setTime(e) {
    this.time = 0;
    for (let t = 0; t < this._actions.length; t++)
      this._actions[t].time = 0;
    return this.update(e);
  }
  // return this mixer's root target object
  getRoot() {
    return this._root;
  }
  // free all resources specific to a particular clip
  uncacheClip(e) {
    const t = this._actions, n = e.uuid, i = this._actionsByClip, s = i[n];
    if (s !== void 0) {
      const o = s.knownActions;
      for (let a = 0, l = o.length; a !== l; ++a) {
        const c = o[a];
        this._deactivateAction(c);
        const h = c._cacheIndex, u = t[t.length - 1];
        c._cacheIndex = null, c._byClipCacheIndex = null, u._cacheIndex = h, t[h] = u, t.pop(), this._removeInactiveBindingsForAction(c);
      }
      delete i[n];
    }
  }
  // free all resources specific to a particular root target object
  uncacheRoot(e) {
    const t = e.uuid, n = this._actionsByClip;
    for (const o in n) {
      const a = n[o].actionByRoot, l = a[t];
      l !== void 0 && (this._deactivateAction(l), this._removeInactiveAction(l));
    }
    const i = this._bindingsByRootAndName, s = i[t];
    if (s !== void 0)
      for (const o in s) {
        const a = s[o];
        a.restoreOriginalState(), this._removeInactiveBinding(a);
      }
  }
  // remove a targeted clip from the cache
  uncacheAction(e, t) {
    const n = this.existingAction(e, t);
    n !== null && (this._deactivateAction(n), this._removeInactiveAction(n));
  }
}
fu.prototype._controlInterpolantsResultBuffer = new Float32Array(1);
class jy extends Ms {
  constructor(e, t, n = 1) {
    super(e, t), this.meshPerAttribute = n;
  }
  copy(e) {
    return super.copy(e), this.meshPerAttribute = e.meshPerAttribute, this;
  }
  clone(e) {
    const t = super.clone(e);
    return t.meshPerAttribute = this.meshPerAttribute, t;
  }
  toJSON(e) {
    const t = super.toJSON(e);
    return t.isInstancedInterleavedBuffer = !0, t.meshPerAttribute = this.meshPerAttribute, t;
  }
}
jy.prototype.isInstancedInterleavedBuffer = !0;
class qy {
  constructor(e, t, n = 0, i = 1 / 0) {
    this.ray = new Xn(e, t), this.near = n, this.far = i, this.camera = null, this.layers = new ga(), this.params = {
      Mesh: {},
      Line: { threshold: 1 },
      LOD: {},
      Points: { threshold: 1 },
      Sprite: {}
    };
  }
  set(e, t) {
    this.ray.set(e, t);
  }
  setFromCamera(e, t) {
    t.isPerspectiveCamera ? (this.ray.origin.setFromMatrixPosition(t.matrixWorld), this.ray.direction.set(e.x, e.y, 0.5).unproject(t).sub(this.ray.origin).normalize(), this.camera = t) : t.isOrthographicCamera ? (this.ray.origin.set(e.x, e.y, (t.near + t.far) / (t.near - t.far)).unproject(t), this.ray.direction.set(0, 0, -1).transformDirection(t.matrixWorld), this.camera = t) : console.error("THREE.Raycaster: Unsupported camera type: " + t.type);
  }
  intersectObject(e, t = !0, n = []) {
    return da(e, this, n, t), n.sort(Tc), n;
  }
  intersectObjects(e, t = !0, n = []) {
    for (let i = 0, s = e.length; i < s; i++)
      da(e[i], this, n, t);
    return n.sort(Tc), n;
  }
}
function Tc(r, e) {
  return r.distance - e.distance;
}
function da(r, e, t, n) {
  if (r.layers.test(e.layers) && r.raycast(e, t), n === !0) {
    const i = r.children;
    for (let s = 0, o = i.length; s < o; s++)
      da(i[s], e, t, !0);
  }
}
class Ac {
  constructor(e = 1, t = 0, n = 0) {
    return this.radius = e, this.phi = t, this.theta = n, this;
  }
  set(e, t, n) {
    return this.radius = e, this.phi = t, this.theta = n, this;
  }
  copy(e) {
    return this.radius = e.radius, this.phi = e.phi, this.theta = e.theta, this;
  }
  // restrict phi to be between EPS and PI-EPS
  makeSafe() {
    return this.phi = Math.max(1e-6, Math.min(Math.PI - 1e-6, this.phi)), this;
  }
  setFromVector3(e) {
    return this.setFromCartesianCoords(e.x, e.y, e.z);
  }
  setFromCartesianCoords(e, t, n) {
    return this.radius = Math.sqrt(e * e + t * t + n * n), this.radius === 0 ? (this.theta = 0, this.phi = 0) : (this.theta = Math.atan2(e, n), this.phi = Math.acos(mt(t / this.radius, -1, 1))), this;
  }
  clone() {
    return new this.constructor().copy(this);
  }
}
const Cc = /* @__PURE__ */ new K();
class jn {
  constructor(e = new K(1 / 0, 1 / 0), t = new K(-1 / 0, -1 / 0)) {
    this.min = e, this.max = t;
  }
  set(e, t) {
    return this.min.copy(e), this.max.copy(t), this;
  }
  setFromPoints(e) {
    this.makeEmpty();
    for (let t = 0, n = e.length; t < n; t++)
      this.expandByPoint(e[t]);
    return this;
  }
  setFromCenterAndSize(e, t) {
    const n = Cc.copy(t).multiplyScalar(0.5);
    return this.min.copy(e).sub(n), this.max.copy(e).add(n), this;
  }
  clone() {
    return new this.constructor().copy(this);
  }
  copy(e) {
    return this.min.copy(e.min), this.max.copy(e.max), this;
  }
  makeEmpty() {
    return this.min.x = this.min.y = 1 / 0, this.max.x = this.max.y = -1 / 0, this;
  }
  isEmpty() {
    return this.max.x < this.min.x || this.max.y < this.min.y;
  }
  getCenter(e) {
    return this.isEmpty() ? e.set(0, 0) : e.addVectors(this.min, this.max).multiplyScalar(0.5);
  }
  getSize(e) {
    return this.isEmpty() ? e.set(0, 0) : e.subVectors(this.max, this.min);
  }
  expandByPoint(e) {
    return this.min.min(e), this.max.max(e), this;
  }
  expandByVector(e) {
    return this.min.sub(e), this.max.add(e), this;
  }
  expandByScalar(e) {
    return this.min.addScalar(-e), this.max.addScalar(e), this;
  }
  containsPoint(e) {
    return !(e.x < this.min.x || e.x > this.max.x || e.y < this.min.y || e.y > this.max.y);
  }
  containsBox(e) {
    return this.min.x <= e.min.x && e.max.x <= this.max.x && this.min.y <= e.min.y && e.max.y <= this.max.y;
  }
  getParameter(e, t) {
    return t.set(
      (e.x - this.min.x) / (this.max.x - this.min.x),
      (e.y - this.min.y) / (this.max.y - this.min.y)
    );
  }
  intersectsBox(e) {
    return !(e.max.x < this.min.x || e.min.x > this.max.x || e.max.y < this.min.y || e.min.y > this.max.y);
  }
  clampPoint(e, t) {
    return t.copy(e).clamp(this.min, this.max);
  }
  distanceToPoint(e) {
    return Cc.copy(e).clamp(this.min, this.max).sub(e).length();
  }
  intersect(e) {
    return this.min.max(e.min), this.max.min(e.max), this;
  }
  union(e) {
    return this.min.min(e.min), this.max.max(e.max), this;
  }
  translate(e) {
    return this.min.add(e), this.max.add(e), this;
  }
  equals(e) {
    return e.min.equals(this.min) && e.max.equals(this.max);
  }
}
jn.prototype.isBox2 = !0;
const Lc = /* @__PURE__ */ new M(), lr = /* @__PURE__ */ new M();
class pu {
  constructor(e = new M(), t = new M()) {
    this.start = e, this.end = t;
  }
  set(e, t) {
    return this.start.copy(e), this.end.copy(t), this;
  }
  copy(e) {
    return this.start.copy(e.start), this.end.copy(e.end), this;
  }
  getCenter(e) {
    return e.addVectors(this.start, this.end).multiplyScalar(0.5);
  }
  delta(e) {
    return e.subVectors(this.end, this.start);
  }
  distanceSq() {
    return this.start.distanceToSquared(this.end);
  }
  distance() {
    return this.start.distanceTo(this.end);
  }
  at(e, t) {
    return this.delta(t).multiplyScalar(e).add(this.start);
  }
  closestPointToPointParameter(e, t) {
    Lc.subVectors(e, this.start), lr.subVectors(this.end, this.start);
    const n = lr.dot(lr);
    let s = lr.dot(Lc) / n;
    return t && (s = mt(s, 0, 1)), s;
  }
  closestPointToPoint(e, t, n) {
    const i = this.closestPointToPointParameter(e, t);
    return this.delta(n).multiplyScalar(i).add(this.start);
  }
  applyMatrix4(e) {
    return this.start.applyMatrix4(e), this.end.applyMatrix4(e), this;
  }
  equals(e) {
    return e.start.equals(this.start) && e.end.equals(this.end);
  }
  clone() {
    return new this.constructor().copy(this);
  }
}
const Mn = /* @__PURE__ */ new M(), cr = /* @__PURE__ */ new Ee(), Do = /* @__PURE__ */ new Ee();
class Xy extends Ln {
  constructor(e) {
    const t = mu(e), n = new Be(), i = [], s = [], o = new pe(0, 0, 1), a = new pe(0, 1, 0);
    for (let c = 0; c < t.length; c++) {
      const h = t[c];
      h.parent && h.parent.isBone && (i.push(0, 0, 0), i.push(0, 0, 0), s.push(o.r, o.g, o.b), s.push(a.r, a.g, a.b));
    }
    n.setAttribute("position", new De(i, 3)), n.setAttribute("color", new De(s, 3));
    const l = new Dt({ vertexColors: !0, depthTest: !1, depthWrite: !1, toneMapped: !1, transparent: !0 });
    super(n, l), this.type = "SkeletonHelper", this.isSkeletonHelper = !0, this.root = e, this.bones = t, this.matrix = e.matrixWorld, this.matrixAutoUpdate = !1;
  }
  updateMatrixWorld(e) {
    const t = this.bones, n = this.geometry, i = n.getAttribute("position");
    Do.copy(this.root.matrixWorld).invert();
    for (let s = 0, o = 0; s < t.length; s++) {
      const a = t[s];
      a.parent && a.parent.isBone && (cr.multiplyMatrices(Do, a.matrixWorld), Mn.setFromMatrixPosition(cr), i.setXYZ(o, Mn.x, Mn.y, Mn.z), cr.multiplyMatrices(Do, a.parent.matrixWorld), Mn.setFromMatrixPosition(cr), i.setXYZ(o + 1, Mn.x, Mn.y, Mn.z), o += 2);
    }
    n.getAttribute("position").needsUpdate = !0, super.updateMatrixWorld(e);
  }
}
function mu(r) {
  const e = [];
  r.isBone === !0 && e.push(r);
  for (let t = 0; t < r.children.length; t++)
    e.push.apply(e, mu(r.children[t]));
  return e;
}
const Yy = /* @__PURE__ */ new M(), Rc = /* @__PURE__ */ new pe(), Pc = /* @__PURE__ */ new pe();
class Zy extends ze {
  constructor(e, t, n) {
    super(), this.light = e, this.light.updateMatrixWorld(), this.matrix = e.matrixWorld, this.matrixAutoUpdate = !1, this.color = n;
    const i = new Pa(t);
    i.rotateY(Math.PI * 0.5), this.material = new ki({ wireframe: !0, fog: !1, toneMapped: !1 }), this.color === void 0 && (this.material.vertexColors = !0);
    const s = i.getAttribute("position"), o = new Float32Array(s.count * 3);
    i.setAttribute("color", new Qe(o, 3)), this.add(new $e(i, this.material)), this.update();
  }
  dispose() {
    this.children[0].geometry.dispose(), this.children[0].material.dispose();
  }
  update() {
    const e = this.children[0];
    if (this.color !== void 0)
      this.material.color.set(this.color);
    else {
      const t = e.geometry.getAttribute("color");
      Rc.copy(this.light.color), Pc.copy(this.light.groundColor);
      for (let n = 0, i = t.count; n < i; n++) {
        const s = n < i / 2 ? Rc : Pc;
        t.setXYZ(n, s.r, s.g, s.b);
      }
      t.needsUpdate = !0;
    }
    e.lookAt(Yy.setFromMatrixPosition(this.light.matrixWorld).negate());
  }
}
class $y extends Ln {
  constructor(e = 10, t = 10, n = 4473924, i = 8947848) {
    n = new pe(n), i = new pe(i);
    const s = t / 2, o = e / t, a = e / 2, l = [], c = [];
    for (let d = 0, f = 0, g = -a; d <= t; d++, g += o) {
      l.push(-a, 0, g, a, 0, g), l.push(g, 0, -a, g, 0, a);
      const p = d === s ? n : i;
      p.toArray(c, f), f += 3, p.toArray(c, f), f += 3, p.toArray(c, f), f += 3, p.toArray(c, f), f += 3;
    }
    const h = new Be();
    h.setAttribute("position", new De(l, 3)), h.setAttribute("color", new De(c, 3));
    const u = new Dt({ vertexColors: !0, toneMapped: !1 });
    super(h, u), this.type = "GridHelper";
  }
}
const Ic = /* @__PURE__ */ new M(), hr = /* @__PURE__ */ new M(), Dc = /* @__PURE__ */ new M();
class Jy extends ze {
  constructor(e, t, n) {
    super(), this.light = e, this.light.updateMatrixWorld(), this.matrix = e.matrixWorld, this.matrixAutoUpdate = !1, this.color = n, t === void 0 && (t = 1);
    let i = new Be();
    i.setAttribute("position", new De([
      -t,
      t,
      0,
      t,
      t,
      0,
      t,
      -t,
      0,
      -t,
      -t,
      0,
      -t,
      t,
      0
    ], 3));
    const s = new Dt({ fog: !1, toneMapped: !1 });
    this.lightPlane = new ps(i, s), this.add(this.lightPlane), i = new Be(), i.setAttribute("position", new De([0, 0, 0, 0, 0, 1], 3)), this.targetLine = new ps(i, s), this.add(this.targetLine), this.update();
  }
  dispose() {
    this.lightPlane.geometry.dispose(), this.lightPlane.material.dispose(), this.targetLine.geometry.dispose(), this.targetLine.material.dispose();
  }
  update() {
    Ic.setFromMatrixPosition(this.light.matrixWorld), hr.setFromMatrixPosition(this.light.target.matrixWorld), Dc.subVectors(hr, Ic), this.lightPlane.lookAt(hr), this.color !== void 0 ? (this.lightPlane.material.color.set(this.color), this.targetLine.material.color.set(this.color)) : (this.lightPlane.material.color.copy(this.light.color), this.targetLine.material.color.copy(this.light.color)), this.targetLine.lookAt(hr), this.targetLine.scale.z = Dc.length();
  }
}
const ur = /* @__PURE__ */ new M(), st = /* @__PURE__ */ new bs();
class Ky extends Ln {
  constructor(e) {
    const t = new Be(), n = new Dt({ color: 16777215, vertexColors: !0, toneMapped: !1 }), i = [], s = [], o = {}, a = new pe(16755200), l = new pe(16711680), c = new pe(43775), h = new pe(16777215), u = new pe(3355443);
    d("n1", "n2", a), d("n2", "n4", a), d("n4", "n3", a), d("n3", "n1", a), d("f1", "f2", a), d("f2", "f4", a), d("f4", "f3", a), d("f3", "f1", a), d("n1", "f1", a), d("n2", "f2", a), d("n3", "f3", a), d("n4", "f4", a), d("p", "n1", l), d("p", "n2", l), d("p", "n3", l), d("p", "n4", l), d("u1", "u2", c), d("u2", "u3", c), d("u3", "u1", c), d("c", "t", h), d("p", "c", u), d("cn1", "cn2", u), d("cn3", "cn4", u), d("cf1", "cf2", u), d("cf3", "cf4", u);
    function d(g, p, m) {
      f(g, m), f(p, m);
    }
    function f(g, p) {
      i.push(0, 0, 0), s.push(p.r, p.g, p.b), o[g] === void 0 && (o[g] = []), o[g].push(i.length / 3 - 1);
    }
    t.setAttribute("position", new De(i, 3)), t.setAttribute("color", new De(s, 3)), super(t, n), this.type = "CameraHelper", this.camera = e, this.camera.updateProjectionMatrix && this.camera.updateProjectionMatrix(), this.matrix = e.matrixWorld, this.matrixAutoUpdate = !1, this.pointMap = o, this.update();
  }
  update() {
    const e = this.geometry, t = this.pointMap, n = 1, i = 1;
    st.projectionMatrixInverse.copy(this.camera.projectionMatrixInverse), ot("c", t, e, st, 0, 0, -1), ot("t", t, e, st, 0, 0, 1), ot("n1", t, e, st, -n, -i, -1), ot("n2", t, e, st, n, -i, -1), ot("n3", t, e, st, -n, i, -1), ot("n4", t, e, st, n, i, -1), ot("f1", t, e, st, -n, -i, 1), ot("f2", t, e, st, n, -i, 1), ot("f3", t, e, st, -n, i, 1), ot("f4", t, e, st, n, i, 1), ot("u1", t, e, st, n * 0.7, i * 1.1, -1), ot("u2", t, e, st, -n * 0.7, i * 1.1, -1), ot("u3", t, e, st, 0, i * 2, -1), ot("cf1", t, e, st, -n, 0, 1), ot("cf2", t, e, st, n, 0, 1), ot("cf3", t, e, st, 0, -i, 1), ot("cf4", t, e, st, 0, i, 1), ot("cn1", t, e, st, -n, 0, -1), ot("cn2", t, e, st, n, 0, -1), ot("cn3", t, e, st, 0, -i, -1), ot("cn4", t, e, st, 0, i, -1), e.getAttribute("position").needsUpdate = !0;
  }
  dispose() {
    this.geometry.dispose(), this.material.dispose();
  }
}
function ot(r, e, t, n, i, s, o) {
  ur.set(i, s, o).unproject(n);
  const a = e[r];
  if (a !== void 0) {
    const l = t.getAttribute("position");
    for (let c = 0, h = a.length; c < h; c++)
      l.setXYZ(a[c], ur.x, ur.y, ur.z);
  }
}
const gu = new ArrayBuffer(4);
new Float32Array(gu);
new Uint32Array(gu);
const Xt = new Uint32Array(512), Yt = new Uint32Array(512);
for (let r = 0; r < 256; ++r) {
  const e = r - 127;
  e < -27 ? (Xt[r] = 0, Xt[r | 256] = 32768, Yt[r] = 24, Yt[r | 256] = 24) : e < -14 ? (Xt[r] = 1024 >> -e - 14, Xt[r | 256] = 1024 >> -e - 14 | 32768, Yt[r] = -e - 1, Yt[r | 256] = -e - 1) : e <= 15 ? (Xt[r] = e + 15 << 10, Xt[r | 256] = e + 15 << 10 | 32768, Yt[r] = 13, Yt[r | 256] = 13) : e < 128 ? (Xt[r] = 31744, Xt[r | 256] = 64512, Yt[r] = 24, Yt[r | 256] = 24) : (Xt[r] = 31744, Xt[r | 256] = 64512, Yt[r] = 13, Yt[r | 256] = 13);
}
const yu = new Uint32Array(2048), Es = new Uint32Array(64), Qy = new Uint32Array(64);
for (let r = 1; r < 1024; ++r) {
  let e = r << 13, t = 0;
  for (; (e & 8388608) === 0; )
    e <<= 1, t -= 8388608;
  e &= -8388609, t += 947912704, yu[r] = e | t;
}
for (let r = 1024; r < 2048; ++r)
  yu[r] = 939524096 + (r - 1024 << 13);
for (let r = 1; r < 31; ++r)
  Es[r] = r << 23;
Es[31] = 1199570944;
Es[32] = 2147483648;
for (let r = 33; r < 63; ++r)
  Es[r] = 2147483648 + (r - 32 << 23);
Es[63] = 3347054592;
for (let r = 1; r < 64; ++r)
  r !== 32 && (Qy[r] = 1024);
Nt.create = function(r, e) {
  return r.prototype = Object.create(Nt.prototype), r.prototype.constructor = r, r.prototype.getPoint = e, r;
};
sa.prototype.fromPoints = function(r) {
  return console.warn("THREE.Path: .fromPoints() has been renamed to .setFromPoints()."), this.setFromPoints(r);
};
$y.prototype.setColors = function() {
  console.error("THREE.GridHelper: setColors() has been deprecated, pass them in the constructor instead.");
};
Xy.prototype.update = function() {
  console.error("THREE.SkeletonHelper: update() no longer needs to be called.");
};
In.prototype.extractUrlBase = function(r) {
  return console.warn("THREE.Loader: .extractUrlBase() has been deprecated. Use THREE.LoaderUtils.extractUrlBase() instead."), Ty.extractUrlBase(r);
};
In.Handlers = {
  add: function() {
    console.error("THREE.Loader: Handlers.add() has been removed. Use LoadingManager.addHandler() instead.");
  },
  get: function() {
    console.error("THREE.Loader: Handlers.get() has been removed. Use LoadingManager.getHandler() instead.");
  }
};
jn.prototype.center = function(r) {
  return console.warn("THREE.Box2: .center() has been renamed to .getCenter()."), this.getCenter(r);
};
jn.prototype.empty = function() {
  return console.warn("THREE.Box2: .empty() has been renamed to .isEmpty()."), this.isEmpty();
};
jn.prototype.isIntersectionBox = function(r) {
  return console.warn("THREE.Box2: .isIntersectionBox() has been renamed to .intersectsBox()."), this.intersectsBox(r);
};
jn.prototype.size = function(r) {
  return console.warn("THREE.Box2: .size() has been renamed to .getSize()."), this.getSize(r);
};
vt.prototype.center = function(r) {
  return console.warn("THREE.Box3: .center() has been renamed to .getCenter()."), this.getCenter(r);
};
vt.prototype.empty = function() {
  return console.warn("THREE.Box3: .empty() has been renamed to .isEmpty()."), this.isEmpty();
};
vt.prototype.isIntersectionBox = function(r) {
  return console.warn("THREE.Box3: .isIntersectionBox() has been renamed to .intersectsBox()."), this.intersectsBox(r);
};
vt.prototype.isIntersectionSphere = function(r) {
  return console.warn("THREE.Box3: .isIntersectionSphere() has been renamed to .intersectsSphere()."), this.intersectsSphere(r);
};
vt.prototype.size = function(r) {
  return console.warn("THREE.Box3: .size() has been renamed to .getSize()."), this.getSize(r);
};
Yn.prototype.toVector3 = function() {
  console.error("THREE.Euler: .toVector3() has been removed. Use Vector3.setFromEuler() instead");
};
Bi.prototype.empty = function() {
  return console.warn("THREE.Sphere: .empty() has been renamed to .isEmpty()."), this.isEmpty();
};
ws.prototype.setFromMatrix = function(r) {
  return console.warn("THREE.Frustum: .setFromMatrix() has been renamed to .setFromProjectionMatrix()."), this.setFromProjectionMatrix(r);
};
pu.prototype.center = function(r) {
  return console.warn("THREE.Line3: .center() has been renamed to .getCenter()."), this.getCenter(r);
};
ut.prototype.flattenToArrayOffset = function(r, e) {
  return console.warn("THREE.Matrix3: .flattenToArrayOffset() has been deprecated. Use .toArray() instead."), this.toArray(r, e);
};
ut.prototype.multiplyVector3 = function(r) {
  return console.warn("THREE.Matrix3: .multiplyVector3() has been removed. Use vector.applyMatrix3( matrix ) instead."), r.applyMatrix3(this);
};
ut.prototype.multiplyVector3Array = function() {
  console.error("THREE.Matrix3: .multiplyVector3Array() has been removed.");
};
ut.prototype.applyToBufferAttribute = function(r) {
  return console.warn("THREE.Matrix3: .applyToBufferAttribute() has been removed. Use attribute.applyMatrix3( matrix ) instead."), r.applyMatrix3(this);
};
ut.prototype.applyToVector3Array = function() {
  console.error("THREE.Matrix3: .applyToVector3Array() has been removed.");
};
ut.prototype.getInverse = function(r) {
  return console.warn("THREE.Matrix3: .getInverse() has been removed. Use matrixInv.copy( matrix ).invert(); instead."), this.copy(r).invert();
};
Ee.prototype.extractPosition = function(r) {
  return console.warn("THREE.Matrix4: .extractPosition() has been renamed to .copyPosition()."), this.copyPosition(r);
};
Ee.prototype.flattenToArrayOffset = function(r, e) {
  return console.warn("THREE.Matrix4: .flattenToArrayOffset() has been deprecated. Use .toArray() instead."), this.toArray(r, e);
};
Ee.prototype.getPosition = function() {
  return console.warn("THREE.Matrix4: .getPosition() has been removed. Use Vector3.setFromMatrixPosition( matrix ) instead."), new M().setFromMatrixColumn(this, 3);
};
Ee.prototype.setRotationFromQuaternion = function(r) {
  return console.warn("THREE.Matrix4: .setRotationFromQuaternion() has been renamed to .makeRotationFromQuaternion()."), this.makeRotationFromQuaternion(r);
};
Ee.prototype.multiplyToArray = function() {
  console.warn("THREE.Matrix4: .multiplyToArray() has been removed.");
};
Ee.prototype.multiplyVector3 = function(r) {
  return console.warn("THREE.Matrix4: .multiplyVector3() has been removed. Use vector.applyMatrix4( matrix ) instead."), r.applyMatrix4(this);
};
Ee.prototype.multiplyVector4 = function(r) {
  return console.warn("THREE.Matrix4: .multiplyVector4() has been removed. Use vector.applyMatrix4( matrix ) instead."), r.applyMatrix4(this);
};
Ee.prototype.multiplyVector3Array = function() {
  console.error("THREE.Matrix4: .multiplyVector3Array() has been removed.");
};
Ee.prototype.rotateAxis = function(r) {
  console.warn("THREE.Matrix4: .rotateAxis() has been removed. Use Vector3.transformDirection( matrix ) instead."), r.transformDirection(this);
};
Ee.prototype.crossVector = function(r) {
  return console.warn("THREE.Matrix4: .crossVector() has been removed. Use vector.applyMatrix4( matrix ) instead."), r.applyMatrix4(this);
};
Ee.prototype.translate = function() {
  console.error("THREE.Matrix4: .translate() has been removed.");
};
Ee.prototype.rotateX = function() {
  console.error("THREE.Matrix4: .rotateX() has been removed.");
};
Ee.prototype.rotateY = function() {
  console.error("THREE.Matrix4: .rotateY() has been removed.");
};
Ee.prototype.rotateZ = function() {
  console.error("THREE.Matrix4: .rotateZ() has been removed.");
};
Ee.prototype.rotateByAxis = function() {
  console.error("THREE.Matrix4: .rotateByAxis() has been removed.");
};
Ee.prototype.applyToBufferAttribute = function(r) {
  return console.warn("THREE.Matrix4: .applyToBufferAttribute() has been removed. Use attribute.applyMatrix4( matrix ) instead."), r.applyMatrix4(this);
};
Ee.prototype.applyToVector3Array = function() {
  console.error("THREE.Matrix4: .applyToVector3Array() has been removed.");
};
Ee.prototype.makeFrustum = function(r, e, t, n, i, s) {
  return console.warn("THREE.Matrix4: .makeFrustum() has been removed. Use .makePerspective( left, right, top, bottom, near, far ) instead."), this.makePerspective(r, e, n, t, i, s);
};
Ee.prototype.getInverse = function(r) {
  return console.warn("THREE.Matrix4: .getInverse() has been removed. Use matrixInv.copy( matrix ).invert(); instead."), this.copy(r).invert();
};
Zt.prototype.isIntersectionLine = function(r) {
  return console.warn("THREE.Plane: .isIntersectionLine() has been renamed to .intersectsLine()."), this.intersectsLine(r);
};
Ke.prototype.multiplyVector3 = function(r) {
  return console.warn("THREE.Quaternion: .multiplyVector3() has been removed. Use is now vector.applyQuaternion( quaternion ) instead."), r.applyQuaternion(this);
};
Ke.prototype.inverse = function() {
  return console.warn("THREE.Quaternion: .inverse() has been renamed to invert()."), this.invert();
};
Xn.prototype.isIntersectionBox = function(r) {
  return console.warn("THREE.Ray: .isIntersectionBox() has been renamed to .intersectsBox()."), this.intersectsBox(r);
};
Xn.prototype.isIntersectionPlane = function(r) {
  return console.warn("THREE.Ray: .isIntersectionPlane() has been renamed to .intersectsPlane()."), this.intersectsPlane(r);
};
Xn.prototype.isIntersectionSphere = function(r) {
  return console.warn("THREE.Ray: .isIntersectionSphere() has been renamed to .intersectsSphere()."), this.intersectsSphere(r);
};
at.prototype.area = function() {
  return console.warn("THREE.Triangle: .area() has been renamed to .getArea()."), this.getArea();
};
at.prototype.barycoordFromPoint = function(r, e) {
  return console.warn("THREE.Triangle: .barycoordFromPoint() has been renamed to .getBarycoord()."), this.getBarycoord(r, e);
};
at.prototype.midpoint = function(r) {
  return console.warn("THREE.Triangle: .midpoint() has been renamed to .getMidpoint()."), this.getMidpoint(r);
};
at.prototypenormal = function(r) {
  return console.warn("THREE.Triangle: .normal() has been renamed to .getNormal()."), this.getNormal(r);
};
at.prototype.plane = function(r) {
  return console.warn("THREE.Triangle: .plane() has been renamed to .getPlane()."), this.getPlane(r);
};
at.barycoordFromPoint = function(r, e, t, n, i) {
  return console.warn("THREE.Triangle: .barycoordFromPoint() has been renamed to .getBarycoord()."), at.getBarycoord(r, e, t, n, i);
};
at.normal = function(r, e, t, n) {
  return console.warn("THREE.Triangle: .normal() has been renamed to .getNormal()."), at.getNormal(r, e, t, n);
};
Ss.prototype.extractAllPoints = function(r) {
  return console.warn("THREE.Shape: .extractAllPoints() has been removed. Use .extractPoints() instead."), this.extractPoints(r);
};
Ss.prototype.extrude = function(r) {
  return console.warn("THREE.Shape: .extrude() has been removed. Use ExtrudeGeometry() instead."), new Hi(this, r);
};
Ss.prototype.makeGeometry = function(r) {
  return console.warn("THREE.Shape: .makeGeometry() has been removed. Use ShapeGeometry() instead."), new Ia(this, r);
};
K.prototype.fromAttribute = function(r, e, t) {
  return console.warn("THREE.Vector2: .fromAttribute() has been renamed to .fromBufferAttribute()."), this.fromBufferAttribute(r, e, t);
};
K.prototype.distanceToManhattan = function(r) {
  return console.warn("THREE.Vector2: .distanceToManhattan() has been renamed to .manhattanDistanceTo()."), this.manhattanDistanceTo(r);
};
K.prototype.lengthManhattan = function() {
  return console.warn("THREE.Vector2: .lengthManhattan() has been renamed to .manhattanLength()."), this.manhattanLength();
};
M.prototype.setEulerFromRotationMatrix = function() {
  console.error("THREE.Vector3: .setEulerFromRotationMatrix() has been removed. Use Euler.setFromRotationMatrix() instead.");
};
M.prototype.setEulerFromQuaternion = function() {
  console.error("THREE.Vector3: .setEulerFromQuaternion() has been removed. Use Euler.setFromQuaternion() instead.");
};
M.prototype.getPositionFromMatrix = function(r) {
  return console.warn("THREE.Vector3: .getPositionFromMatrix() has been renamed to .setFromMatrixPosition()."), this.setFromMatrixPosition(r);
};
M.prototype.getScaleFromMatrix = function(r) {
  return console.warn("THREE.Vector3: .getScaleFromMatrix() has been renamed to .setFromMatrixScale()."), this.setFromMatrixScale(r);
};
M.prototype.getColumnFromMatrix = function(r, e) {
  return console.warn("THREE.Vector3: .getColumnFromMatrix() has been renamed to .setFromMatrixColumn()."), this.setFromMatrixColumn(e, r);
};
M.prototype.applyProjection = function(r) {
  return console.warn("THREE.Vector3: .applyProjection() has been removed. Use .applyMatrix4( m ) instead."), this.applyMatrix4(r);
};
M.prototype.fromAttribute = function(r, e, t) {
  return console.warn("THREE.Vector3: .fromAttribute() has been renamed to .fromBufferAttribute()."), this.fromBufferAttribute(r, e, t);
};
M.prototype.distanceToManhattan = function(r) {
  return console.warn("THREE.Vector3: .distanceToManhattan() has been renamed to .manhattanDistanceTo()."), this.manhattanDistanceTo(r);
};
M.prototype.lengthManhattan = function() {
  return console.warn("THREE.Vector3: .lengthManhattan() has been renamed to .manhattanLength()."), this.manhattanLength();
};
Xe.prototype.fromAttribute = function(r, e, t) {
  return console.warn("THREE.Vector4: .fromAttribute() has been renamed to .fromBufferAttribute()."), this.fromBufferAttribute(r, e, t);
};
Xe.prototype.lengthManhattan = function() {
  return console.warn("THREE.Vector4: .lengthManhattan() has been renamed to .manhattanLength()."), this.manhattanLength();
};
ze.prototype.getChildByName = function(r) {
  return console.warn("THREE.Object3D: .getChildByName() has been renamed to .getObjectByName()."), this.getObjectByName(r);
};
ze.prototype.renderDepth = function() {
  console.warn("THREE.Object3D: .renderDepth has been removed. Use .renderOrder, instead.");
};
ze.prototype.translate = function(r, e) {
  return console.warn("THREE.Object3D: .translate() has been removed. Use .translateOnAxis( axis, distance ) instead."), this.translateOnAxis(e, r);
};
ze.prototype.getWorldRotation = function() {
  console.error("THREE.Object3D: .getWorldRotation() has been removed. Use THREE.Object3D.getWorldQuaternion( target ) instead.");
};
ze.prototype.applyMatrix = function(r) {
  return console.warn("THREE.Object3D: .applyMatrix() has been renamed to .applyMatrix4()."), this.applyMatrix4(r);
};
Object.defineProperties(ze.prototype, {
  eulerOrder: {
    get: function() {
      return console.warn("THREE.Object3D: .eulerOrder is now .rotation.order."), this.rotation.order;
    },
    set: function(r) {
      console.warn("THREE.Object3D: .eulerOrder is now .rotation.order."), this.rotation.order = r;
    }
  },
  useQuaternion: {
    get: function() {
      console.warn("THREE.Object3D: .useQuaternion has been removed. The library now uses quaternions by default.");
    },
    set: function() {
      console.warn("THREE.Object3D: .useQuaternion has been removed. The library now uses quaternions by default.");
    }
  }
});
$e.prototype.setDrawMode = function() {
  console.error("THREE.Mesh: .setDrawMode() has been removed. The renderer now always assumes THREE.TrianglesDrawMode. Transform your geometry via BufferGeometryUtils.toTrianglesDrawMode() if necessary.");
};
Object.defineProperties($e.prototype, {
  drawMode: {
    get: function() {
      return console.error("THREE.Mesh: .drawMode has been removed. The renderer now always assumes THREE.TrianglesDrawMode."), Dd;
    },
    set: function() {
      console.error("THREE.Mesh: .drawMode has been removed. The renderer now always assumes THREE.TrianglesDrawMode. Transform your geometry via BufferGeometryUtils.toTrianglesDrawMode() if necessary.");
    }
  }
});
qh.prototype.initBones = function() {
  console.error("THREE.SkinnedMesh: initBones() has been removed.");
};
Et.prototype.setLens = function(r, e) {
  console.warn("THREE.PerspectiveCamera.setLens is deprecated. Use .setFocalLength and .filmGauge for a photographic setup."), e !== void 0 && (this.filmGauge = e), this.setFocalLength(r);
};
Object.defineProperties(en.prototype, {
  onlyShadow: {
    set: function() {
      console.warn("THREE.Light: .onlyShadow has been removed.");
    }
  },
  shadowCameraFov: {
    set: function(r) {
      console.warn("THREE.Light: .shadowCameraFov is now .shadow.camera.fov."), this.shadow.camera.fov = r;
    }
  },
  shadowCameraLeft: {
    set: function(r) {
      console.warn("THREE.Light: .shadowCameraLeft is now .shadow.camera.left."), this.shadow.camera.left = r;
    }
  },
  shadowCameraRight: {
    set: function(r) {
      console.warn("THREE.Light: .shadowCameraRight is now .shadow.camera.right."), this.shadow.camera.right = r;
    }
  },
  shadowCameraTop: {
    set: function(r) {
      console.warn("THREE.Light: .shadowCameraTop is now .shadow.camera.top."), this.shadow.camera.top = r;
    }
  },
  shadowCameraBottom: {
    set: function(r) {
      console.warn("THREE.Light: .shadowCameraBottom is now .shadow.camera.bottom."), this.shadow.camera.bottom = r;
    }
  },
  shadowCameraNear: {
    set: function(r) {
      console.warn("THREE.Light: .shadowCameraNear is now .shadow.camera.near."), this.shadow.camera.near = r;
    }
  },
  shadowCameraFar: {
    set: function(r) {
      console.warn("THREE.Light: .shadowCameraFar is now .shadow.camera.far."), this.shadow.camera.far = r;
    }
  },
  shadowCameraVisible: {
    set: function() {
      console.warn("THREE.Light: .shadowCameraVisible has been removed. Use new THREE.CameraHelper( light.shadow.camera ) instead.");
    }
  },
  shadowBias: {
    set: function(r) {
      console.warn("THREE.Light: .shadowBias is now .shadow.bias."), this.shadow.bias = r;
    }
  },
  shadowDarkness: {
    set: function() {
      console.warn("THREE.Light: .shadowDarkness has been removed.");
    }
  },
  shadowMapWidth: {
    set: function(r) {
      console.warn("THREE.Light: .shadowMapWidth is now .shadow.mapSize.width."), this.shadow.mapSize.width = r;
    }
  },
  shadowMapHeight: {
    set: function(r) {
      console.warn("THREE.Light: .shadowMapHeight is now .shadow.mapSize.height."), this.shadow.mapSize.height = r;
    }
  }
});
Object.defineProperties(Qe.prototype, {
  length: {
    get: function() {
      return console.warn("THREE.BufferAttribute: .length has been deprecated. Use .count instead."), this.array.length;
    }
  },
  dynamic: {
    get: function() {
      return console.warn("THREE.BufferAttribute: .dynamic has been deprecated. Use .usage instead."), this.usage === Sr;
    },
    set: function() {
      console.warn("THREE.BufferAttribute: .dynamic has been deprecated. Use .usage instead."), this.setUsage(Sr);
    }
  }
});
Qe.prototype.setDynamic = function(r) {
  return console.warn("THREE.BufferAttribute: .setDynamic() has been deprecated. Use .setUsage() instead."), this.setUsage(r === !0 ? Sr : us), this;
};
Qe.prototype.copyIndicesArray = function() {
  console.error("THREE.BufferAttribute: .copyIndicesArray() has been removed.");
}, Qe.prototype.setArray = function() {
  console.error("THREE.BufferAttribute: .setArray has been removed. Use BufferGeometry .setAttribute to replace/resize attribute buffers");
};
Be.prototype.addIndex = function(r) {
  console.warn("THREE.BufferGeometry: .addIndex() has been renamed to .setIndex()."), this.setIndex(r);
};
Be.prototype.addAttribute = function(r, e) {
  return console.warn("THREE.BufferGeometry: .addAttribute() has been renamed to .setAttribute()."), !(e && e.isBufferAttribute) && !(e && e.isInterleavedBufferAttribute) ? (console.warn("THREE.BufferGeometry: .addAttribute() now expects ( name, attribute )."), this.setAttribute(r, new Qe(arguments[1], arguments[2]))) : r === "index" ? (console.warn("THREE.BufferGeometry.addAttribute: Use .setIndex() for index attribute."), this.setIndex(e), this) : this.setAttribute(r, e);
};
Be.prototype.addDrawCall = function(r, e, t) {
  t !== void 0 && console.warn("THREE.BufferGeometry: .addDrawCall() no longer supports indexOffset."), console.warn("THREE.BufferGeometry: .addDrawCall() is now .addGroup()."), this.addGroup(r, e);
};
Be.prototype.clearDrawCalls = function() {
  console.warn("THREE.BufferGeometry: .clearDrawCalls() is now .clearGroups()."), this.clearGroups();
};
Be.prototype.computeOffsets = function() {
  console.warn("THREE.BufferGeometry: .computeOffsets() has been removed.");
};
Be.prototype.removeAttribute = function(r) {
  return console.warn("THREE.BufferGeometry: .removeAttribute() has been renamed to .deleteAttribute()."), this.deleteAttribute(r);
};
Be.prototype.applyMatrix = function(r) {
  return console.warn("THREE.BufferGeometry: .applyMatrix() has been renamed to .applyMatrix4()."), this.applyMatrix4(r);
};
Object.defineProperties(Be.prototype, {
  drawcalls: {
    get: function() {
      return console.error("THREE.BufferGeometry: .drawcalls has been renamed to .groups."), this.groups;
    }
  },
  offsets: {
    get: function() {
      return console.warn("THREE.BufferGeometry: .offsets has been renamed to .groups."), this.groups;
    }
  }
});
Ms.prototype.setDynamic = function(r) {
  return console.warn("THREE.InterleavedBuffer: .setDynamic() has been deprecated. Use .setUsage() instead."), this.setUsage(r === !0 ? Sr : us), this;
};
Ms.prototype.setArray = function() {
  console.error("THREE.InterleavedBuffer: .setArray has been removed. Use BufferGeometry .setAttribute to replace/resize attribute buffers");
};
Hi.prototype.getArrays = function() {
  console.error("THREE.ExtrudeGeometry: .getArrays() has been removed.");
};
Hi.prototype.addShapeList = function() {
  console.error("THREE.ExtrudeGeometry: .addShapeList() has been removed.");
};
Hi.prototype.addShape = function() {
  console.error("THREE.ExtrudeGeometry: .addShape() has been removed.");
};
Or.prototype.dispose = function() {
  console.error("THREE.Scene: .dispose() has been removed.");
};
Object.defineProperties(dt.prototype, {
  wrapAround: {
    get: function() {
      console.warn("THREE.Material: .wrapAround has been removed.");
    },
    set: function() {
      console.warn("THREE.Material: .wrapAround has been removed.");
    }
  },
  overdraw: {
    get: function() {
      console.warn("THREE.Material: .overdraw has been removed.");
    },
    set: function() {
      console.warn("THREE.Material: .overdraw has been removed.");
    }
  },
  wrapRGB: {
    get: function() {
      return console.warn("THREE.Material: .wrapRGB has been removed."), new pe();
    }
  },
  shading: {
    get: function() {
      console.error("THREE." + this.type + ": .shading has been removed. Use the boolean .flatShading instead.");
    },
    set: function(r) {
      console.warn("THREE." + this.type + ": .shading has been removed. Use the boolean .flatShading instead."), this.flatShading = r === wh;
    }
  },
  stencilMask: {
    get: function() {
      return console.warn("THREE." + this.type + ": .stencilMask has been removed. Use .stencilFuncMask instead."), this.stencilFuncMask;
    },
    set: function(r) {
      console.warn("THREE." + this.type + ": .stencilMask has been removed. Use .stencilFuncMask instead."), this.stencilFuncMask = r;
    }
  },
  vertexTangents: {
    get: function() {
      console.warn("THREE." + this.type + ": .vertexTangents has been removed.");
    },
    set: function() {
      console.warn("THREE." + this.type + ": .vertexTangents has been removed.");
    }
  }
});
Object.defineProperties(Rt.prototype, {
  derivatives: {
    get: function() {
      return console.warn("THREE.ShaderMaterial: .derivatives has been moved to .extensions.derivatives."), this.extensions.derivatives;
    },
    set: function(r) {
      console.warn("THREE. ShaderMaterial: .derivatives has been moved to .extensions.derivatives."), this.extensions.derivatives = r;
    }
  }
});
Ve.prototype.clearTarget = function(r, e, t, n) {
  console.warn("THREE.WebGLRenderer: .clearTarget() has been deprecated. Use .setRenderTarget() and .clear() instead."), this.setRenderTarget(r), this.clear(e, t, n);
};
Ve.prototype.animate = function(r) {
  console.warn("THREE.WebGLRenderer: .animate() is now .setAnimationLoop()."), this.setAnimationLoop(r);
};
Ve.prototype.getCurrentRenderTarget = function() {
  return console.warn("THREE.WebGLRenderer: .getCurrentRenderTarget() is now .getRenderTarget()."), this.getRenderTarget();
};
Ve.prototype.getMaxAnisotropy = function() {
  return console.warn("THREE.WebGLRenderer: .getMaxAnisotropy() is now .capabilities.getMaxAnisotropy()."), this.capabilities.getMaxAnisotropy();
};
Ve.prototype.getPrecision = function() {
  return console.warn("THREE.WebGLRenderer: .getPrecision() is now .capabilities.precision."), this.capabilities.precision;
};
Ve.prototype.resetGLState = function() {
  return console.warn("THREE.WebGLRenderer: .resetGLState() is now .state.reset()."), this.state.reset();
};
Ve.prototype.supportsFloatTextures = function() {
  return console.warn("THREE.WebGLRenderer: .supportsFloatTextures() is now .extensions.get( 'OES_texture_float' )."), this.extensions.get("OES_texture_float");
};
Ve.prototype.supportsHalfFloatTextures = function() {
  return console.warn("THREE.WebGLRenderer: .supportsHalfFloatTextures() is now .extensions.get( 'OES_texture_half_float' )."), this.extensions.get("OES_texture_half_float");
};
Ve.prototype.supportsStandardDerivatives = function() {
  return console.warn("THREE.WebGLRenderer: .supportsStandardDerivatives() is now .extensions.get( 'OES_standard_derivatives' )."), this.extensions.get("OES_standard_derivatives");
};
Ve.prototype.supportsCompressedTextureS3TC = function() {
  return console.warn("THREE.WebGLRenderer: .supportsCompressedTextureS3TC() is now .extensions.get( 'WEBGL_compressed_texture_s3tc' )."), this.extensions.get("WEBGL_compressed_texture_s3tc");
};
Ve.prototype.supportsCompressedTexturePVRTC = function() {
  return console.warn("THREE.WebGLRenderer: .supportsCompressedTexturePVRTC() is now .extensions.get( 'WEBGL_compressed_texture_pvrtc' )."), this.extensions.get("WEBGL_compressed_texture_pvrtc");
};
Ve.prototype.supportsBlendMinMax = function() {
  return console.warn("THREE.WebGLRenderer: .supportsBlendMinMax() is now .extensions.get( 'EXT_blend_minmax' )."), this.extensions.get("EXT_blend_minmax");
};
Ve.prototype.supportsVertexTextures = function() {
  return console.warn("THREE.WebGLRenderer: .supportsVertexTextures() is now .capabilities.vertexTextures."), this.capabilities.vertexTextures;
};
Ve.prototype.supportsInstancedArrays = function() {
  return console.warn("THREE.WebGLRenderer: .supportsInstancedArrays() is now .extensions.get( 'ANGLE_instanced_arrays' )."), this.extensions.get("ANGLE_instanced_arrays");
};
Ve.prototype.enableScissorTest = function(r) {
  console.warn("THREE.WebGLRenderer: .enableScissorTest() is now .setScissorTest()."), this.setScissorTest(r);
};
Ve.prototype.initMaterial = function() {
  console.warn("THREE.WebGLRenderer: .initMaterial() has been removed.");
};
Ve.prototype.addPrePlugin = function() {
  console.warn("THREE.WebGLRenderer: .addPrePlugin() has been removed.");
};
Ve.prototype.addPostPlugin = function() {
  console.warn("THREE.WebGLRenderer: .addPostPlugin() has been removed.");
};
Ve.prototype.updateShadowMap = function() {
  console.warn("THREE.WebGLRenderer: .updateShadowMap() has been removed.");
};
Ve.prototype.setFaceCulling = function() {
  console.warn("THREE.WebGLRenderer: .setFaceCulling() has been removed.");
};
Ve.prototype.allocTextureUnit = function() {
  console.warn("THREE.WebGLRenderer: .allocTextureUnit() has been removed.");
};
Ve.prototype.setTexture = function() {
  console.warn("THREE.WebGLRenderer: .setTexture() has been removed.");
};
Ve.prototype.setTexture2D = function() {
  console.warn("THREE.WebGLRenderer: .setTexture2D() has been removed.");
};
Ve.prototype.setTextureCube = function() {
  console.warn("THREE.WebGLRenderer: .setTextureCube() has been removed.");
};
Ve.prototype.getActiveMipMapLevel = function() {
  return console.warn("THREE.WebGLRenderer: .getActiveMipMapLevel() is now .getActiveMipmapLevel()."), this.getActiveMipmapLevel();
};
Object.defineProperties(Ve.prototype, {
  shadowMapEnabled: {
    get: function() {
      return this.shadowMap.enabled;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderer: .shadowMapEnabled is now .shadowMap.enabled."), this.shadowMap.enabled = r;
    }
  },
  shadowMapType: {
    get: function() {
      return this.shadowMap.type;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderer: .shadowMapType is now .shadowMap.type."), this.shadowMap.type = r;
    }
  },
  shadowMapCullFace: {
    get: function() {
      console.warn("THREE.WebGLRenderer: .shadowMapCullFace has been removed. Set Material.shadowSide instead.");
    },
    set: function() {
      console.warn("THREE.WebGLRenderer: .shadowMapCullFace has been removed. Set Material.shadowSide instead.");
    }
  },
  context: {
    get: function() {
      return console.warn("THREE.WebGLRenderer: .context has been removed. Use .getContext() instead."), this.getContext();
    }
  },
  vr: {
    get: function() {
      return console.warn("THREE.WebGLRenderer: .vr has been renamed to .xr"), this.xr;
    }
  },
  gammaInput: {
    get: function() {
      return console.warn("THREE.WebGLRenderer: .gammaInput has been removed. Set the encoding for textures via Texture.encoding instead."), !1;
    },
    set: function() {
      console.warn("THREE.WebGLRenderer: .gammaInput has been removed. Set the encoding for textures via Texture.encoding instead.");
    }
  },
  gammaOutput: {
    get: function() {
      return console.warn("THREE.WebGLRenderer: .gammaOutput has been removed. Set WebGLRenderer.outputEncoding instead."), !1;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderer: .gammaOutput has been removed. Set WebGLRenderer.outputEncoding instead."), this.outputEncoding = r === !0 ? et : fn;
    }
  },
  toneMappingWhitePoint: {
    get: function() {
      return console.warn("THREE.WebGLRenderer: .toneMappingWhitePoint has been removed."), 1;
    },
    set: function() {
      console.warn("THREE.WebGLRenderer: .toneMappingWhitePoint has been removed.");
    }
  },
  gammaFactor: {
    get: function() {
      return console.warn("THREE.WebGLRenderer: .gammaFactor has been removed."), 2;
    },
    set: function() {
      console.warn("THREE.WebGLRenderer: .gammaFactor has been removed.");
    }
  }
});
Object.defineProperties(Vh.prototype, {
  cullFace: {
    get: function() {
      console.warn("THREE.WebGLRenderer: .shadowMap.cullFace has been removed. Set Material.shadowSide instead.");
    },
    set: function() {
      console.warn("THREE.WebGLRenderer: .shadowMap.cullFace has been removed. Set Material.shadowSide instead.");
    }
  },
  renderReverseSided: {
    get: function() {
      console.warn("THREE.WebGLRenderer: .shadowMap.renderReverseSided has been removed. Set Material.shadowSide instead.");
    },
    set: function() {
      console.warn("THREE.WebGLRenderer: .shadowMap.renderReverseSided has been removed. Set Material.shadowSide instead.");
    }
  },
  renderSingleSided: {
    get: function() {
      console.warn("THREE.WebGLRenderer: .shadowMap.renderSingleSided has been removed. Set Material.shadowSide instead.");
    },
    set: function() {
      console.warn("THREE.WebGLRenderer: .shadowMap.renderSingleSided has been removed. Set Material.shadowSide instead.");
    }
  }
});
Object.defineProperties(Lt.prototype, {
  wrapS: {
    get: function() {
      return console.warn("THREE.WebGLRenderTarget: .wrapS is now .texture.wrapS."), this.texture.wrapS;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderTarget: .wrapS is now .texture.wrapS."), this.texture.wrapS = r;
    }
  },
  wrapT: {
    get: function() {
      return console.warn("THREE.WebGLRenderTarget: .wrapT is now .texture.wrapT."), this.texture.wrapT;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderTarget: .wrapT is now .texture.wrapT."), this.texture.wrapT = r;
    }
  },
  magFilter: {
    get: function() {
      return console.warn("THREE.WebGLRenderTarget: .magFilter is now .texture.magFilter."), this.texture.magFilter;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderTarget: .magFilter is now .texture.magFilter."), this.texture.magFilter = r;
    }
  },
  minFilter: {
    get: function() {
      return console.warn("THREE.WebGLRenderTarget: .minFilter is now .texture.minFilter."), this.texture.minFilter;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderTarget: .minFilter is now .texture.minFilter."), this.texture.minFilter = r;
    }
  },
  anisotropy: {
    get: function() {
      return console.warn("THREE.WebGLRenderTarget: .anisotropy is now .texture.anisotropy."), this.texture.anisotropy;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderTarget: .anisotropy is now .texture.anisotropy."), this.texture.anisotropy = r;
    }
  },
  offset: {
    get: function() {
      return console.warn("THREE.WebGLRenderTarget: .offset is now .texture.offset."), this.texture.offset;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderTarget: .offset is now .texture.offset."), this.texture.offset = r;
    }
  },
  repeat: {
    get: function() {
      return console.warn("THREE.WebGLRenderTarget: .repeat is now .texture.repeat."), this.texture.repeat;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderTarget: .repeat is now .texture.repeat."), this.texture.repeat = r;
    }
  },
  format: {
    get: function() {
      return console.warn("THREE.WebGLRenderTarget: .format is now .texture.format."), this.texture.format;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderTarget: .format is now .texture.format."), this.texture.format = r;
    }
  },
  type: {
    get: function() {
      return console.warn("THREE.WebGLRenderTarget: .type is now .texture.type."), this.texture.type;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderTarget: .type is now .texture.type."), this.texture.type = r;
    }
  },
  generateMipmaps: {
    get: function() {
      return console.warn("THREE.WebGLRenderTarget: .generateMipmaps is now .texture.generateMipmaps."), this.texture.generateMipmaps;
    },
    set: function(r) {
      console.warn("THREE.WebGLRenderTarget: .generateMipmaps is now .texture.generateMipmaps."), this.texture.generateMipmaps = r;
    }
  }
});
Dy.prototype.load = function(r) {
  console.warn("THREE.Audio: .load has been deprecated. Use THREE.AudioLoader instead.");
  const e = this;
  return new Ry().load(r, function(n) {
    e.setBuffer(n);
  }), this;
};
ya.prototype.updateCubeMap = function(r, e) {
  return console.warn("THREE.CubeCamera: .updateCubeMap() is now .update()."), this.update(r, e);
};
ya.prototype.clear = function(r, e, t, n) {
  return console.warn("THREE.CubeCamera: .clear() is now .renderTarget.clear()."), this.renderTarget.clear(r, e, t, n);
};
qn.crossOrigin = void 0;
qn.loadTexture = function(r, e, t, n) {
  console.warn("THREE.ImageUtils.loadTexture has been deprecated. Use THREE.TextureLoader() instead.");
  const i = new wy();
  i.setCrossOrigin(this.crossOrigin);
  const s = i.load(r, t, void 0, n);
  return e && (s.mapping = e), s;
};
qn.loadTextureCube = function(r, e, t, n) {
  console.warn("THREE.ImageUtils.loadTextureCube has been deprecated. Use THREE.CubeTextureLoader() instead.");
  const i = new by();
  i.setCrossOrigin(this.crossOrigin);
  const s = i.load(r, t, void 0, n);
  return e && (s.mapping = e), s;
};
qn.loadCompressedTexture = function() {
  console.error("THREE.ImageUtils.loadCompressedTexture has been removed. Use THREE.DDSLoader instead.");
};
qn.loadCompressedTextureCube = function() {
  console.error("THREE.ImageUtils.loadCompressedTextureCube has been removed. Use THREE.DDSLoader instead.");
};
typeof __THREE_DEVTOOLS__ < "u" && __THREE_DEVTOOLS__.dispatchEvent(new CustomEvent("register", { detail: {
  revision: "139"
} }));
typeof window < "u" && (window.__THREE__ ? console.warn("WARNING: Multiple instances of Three.js being imported.") : window.__THREE__ = "139");
function Nc(r) {
  const e = [];
  for (const t of r.contents) {
    const n = new M(...t.origin ?? [0, 0, 0]);
    for (const i of t.contents) {
      if (i.type !== "spheres") continue;
      const [s] = i._meta;
      i.positions.forEach((o, a) => {
        e.push({
          site: s.sites[a],
          element: s.element,
          masked: s.masked,
          group: t.name,
          color: i.color,
          radius: i.radius,
          world: new M(...o).add(n)
        });
      });
    }
  }
  return e;
}
function ev(r, e) {
  const t = (i) => Math.max(1.5, ...i.map(({ world: s, radius: o }) => s.length() + o)), n = Math.max(e._meta.corner, t(r.filter(({ group: i }) => i === "atoms")));
  return { inside: n, withOutside: Math.max(n, t(r)) };
}
function Oc(r, e, t, n) {
  const i = new M();
  return r.map((s) => (i.copy(s.world).project(e), {
    atom: s,
    x: (i.x + 1) / 2 * t,
    y: (1 - i.y) / 2 * n,
    depth: -i.z
  }));
}
function tv(r, e, t, n) {
  let i = null;
  for (const s of r) {
    const o = Math.max(5, s.atom.radius * n);
    (s.x - e) ** 2 + (s.y - t) ** 2 > o ** 2 || (!i || s.depth > i.depth) && (i = s);
  }
  return i;
}
function vu(r, e, t) {
  return e.some(
    (n) => n.depth > r.depth && (n.x - r.x) ** 2 + (n.y - r.y) ** 2 < (n.atom.radius * t * 0.8) ** 2
  );
}
const zc = -68 * Math.PI / 180, No = 16 * Math.PI / 180, Bc = [0.4, 12];
function nv() {
  const r = new M(
    Math.cos(No) * Math.cos(zc),
    Math.cos(No) * Math.sin(zc),
    Math.sin(No)
  ), e = new Ee().lookAt(r, new M(), new M(0, 0, 1));
  return new Ke().setFromRotationMatrix(e);
}
class iv {
  constructor() {
    this.reset();
  }
  reset() {
    this.orientation = nv(), this.zoom = 1, this.shift = { x: 0, y: 0 };
  }
  /** Turns the crystal under the pointer, by angles about the screen's axes. */
  turn(e, t) {
    const n = new Ke().setFromAxisAngle(new M(0, 1, 0), -e), i = new Ke().setFromAxisAngle(new M(1, 0, 0), -t);
    this.orientation.multiply(n).multiply(i).normalize();
  }
  magnify(e) {
    this.zoom = Math.min(Bc[1], Math.max(Bc[0], this.zoom * e));
  }
  pan(e, t) {
    this.shift.x += e, this.shift.y += t;
  }
  /** Sets a camera so that a sphere of `radius` about the origin fills the view. */
  apply(e, t, n, i) {
    const s = 2 * t / Math.min(n, i), o = s * n / 2, a = s * i / 2, l = -this.shift.x * s / this.zoom, c = this.shift.y * s / this.zoom;
    return e.left = -o, e.right = o, e.top = a, e.bottom = -a, e.near = 0, e.far = 8 * t, e.zoom = this.zoom, e.quaternion.copy(this.orientation), e.position.set(l, c, 4 * t).applyQuaternion(this.orientation), e.updateProjectionMatrix(), e.updateMatrixWorld(!0), this.zoom / s;
  }
}
const kc = "http://www.w3.org/2000/svg";
function Ue(r, { className: e, text: t, ...n } = {}, ...i) {
  const s = document.createElement(r);
  e && (s.className = e), t !== void 0 && (s.textContent = t);
  for (const [o, a] of Object.entries(n)) s.setAttribute(o, a);
  return s.append(...i), s;
}
function Uc(...r) {
  const e = document.createElementNS(kc, "svg");
  e.setAttribute("viewBox", "0 0 20 20"), e.setAttribute("aria-hidden", "true");
  for (const t of r) {
    const n = document.createElementNS(kc, "path");
    n.setAttribute("d", t), e.append(n);
  }
  return e;
}
const Fc = {
  bonds: ["M5.2 14.8 14.8 5.2", "M3 15.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0", "M13 4.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0"],
  polyhedra: ["M10 2.5 17 10l-7 7.5L3 10z", "M3 10l7 2 7-2", "M10 2.5V12v5.5"],
  cell: ["M3 7l7-4 7 4v7l-7 4-7-4z", "M3 7l7 4 7-4", "M10 11v7"],
  labels: ["M4 5V3.5h12V5", "M10 3.5v13", "M7.5 16.5h5"],
  measure: ["M2.5 13.5 13.5 2.5l4 4-11 11z", "M6 10l1.6 1.6", "M9 7l1.6 1.6", "M12 4l1.6 1.6"],
  play: ["M6 4l10 6-10 6z"],
  eye: ["M2 10s3-5 8-5 8 5 8 5-3 5-8 5-8-5-8-5z", "M8 10a2 2 0 1 0 4 0 2 2 0 1 0-4 0"],
  reset: ["M4 10a6 6 0 1 0 1.8-4.3", "M6 2.5v3.4h3.4"],
  picture: ["M10 3v9", "M6.5 9 10 12.5 13.5 9", "M4 16.5h12"]
};
function sv(r) {
  const e = r.contents.find(({ name: t }) => t === "polyhedra");
  return [...new Set((e?.contents ?? []).map((t) => Ha(t)?.element).filter(Boolean))];
}
function Ha({ _meta: r }) {
  return [r].flat(1 / 0)[0];
}
function rv(r, { hiddenElements: e, around: t, size: n }) {
  const i = (l) => {
    const c = Ha(l);
    if (!c) return !0;
    const h = c.masked ? "?" : c.element;
    return e.has(h) || e.has(c.other) ? !1 : l.type !== "convex" || !t || h === t;
  }, s = (l) => l.type === "spheres" ? { ...l, radius: l.radius * n } : l, o = r.contents.map((l) => ({ ...l, contents: l.contents.filter(i) })), a = o.find(({ name: l }) => l === "outside");
  if (a && (t || e.size)) {
    const l = o.find(({ name: c }) => c === "polyhedra")?.contents ?? [];
    a.contents = ov(a.contents, l);
  }
  return { ...r, contents: o.map((l) => ({ ...l, contents: l.contents.map(s) })) };
}
function ov(r, e) {
  const t = new Set(e.flatMap(({ positions: h }) => h.map(Hc))), n = [], i = (h) => {
    const u = h.positions.map((g) => t.has(Hc(g)));
    h.positions.forEach((g, p) => u[p] || n.push(g));
    const d = Ha(h), f = d?.sites.filter((g, p) => u[p]);
    return {
      ...h,
      positions: h.positions.filter((g, p) => u[p]),
      _meta: d && [{ ...d, sites: f }]
    };
  }, s = (h) => n.some((u) => Math.hypot(...u.map((d, f) => d - h[f])) < 0.01), o = ([h, u]) => !s(h) && !s(h.map((d, f) => 2 * u[f] - d)), a = (h) => ({ ...h, positionPairs: h.positionPairs.filter(o) }), l = r.filter(({ type: h }) => h === "spheres").map(i), c = r.filter(({ type: h }) => h === "cylinders").map(a);
  return [...l.filter(({ positions: h }) => h.length), ...c.filter(({ positionPairs: h }) => h.length)];
}
function Hc(r) {
  return r.join();
}
const Vc = 5, Gc = 85e-4, dr = Math.PI / 18, av = {
  ArrowLeft: (r) => r.turn(-dr, 0),
  ArrowRight: (r) => r.turn(dr, 0),
  ArrowUp: (r) => r.turn(0, -dr),
  ArrowDown: (r) => r.turn(0, dr),
  "+": (r) => r.magnify(1.15),
  "=": (r) => r.magnify(1.15),
  "-": (r) => r.magnify(1 / 1.15),
  r: (r) => r.reset(),
  R: (r) => r.reset(),
  Escape: (r) => r.clearSelection()
};
function lv(r, e, t) {
  const n = /* @__PURE__ */ new Map();
  let i = 0;
  const s = { signal: t };
  r.addEventListener("pointerdown", (o) => {
    o.button !== 1 && (r.focus({ preventScroll: !0 }), r.setPointerCapture(o.pointerId), n.size || (i = 0), n.set(o.pointerId, { x: o.clientX, y: o.clientY }), e.hideTip());
  }, s), r.addEventListener("pointermove", (o) => {
    const a = n.get(o.pointerId);
    if (!a) {
      e.hover(...Wc(r, o));
      return;
    }
    const l = o.clientX - a.x, c = o.clientY - a.y;
    if (i += Math.hypot(l, c), n.size === 2) {
      const [h] = [...n].filter(([f]) => f !== o.pointerId).map(([, f]) => f), u = Math.hypot(a.x - h.x, a.y - h.y), d = Math.hypot(o.clientX - h.x, o.clientY - h.y);
      u > 0 && e.magnify(d / u), e.pan(l / 2, c / 2);
    } else i > Vc && (o.shiftKey || o.buttons === 2 ? e.pan(l, c) : e.turn(l * Gc, c * Gc));
    n.set(o.pointerId, { x: o.clientX, y: o.clientY });
  }, s), r.addEventListener("pointerup", (o) => {
    const a = n.size === 1 && i <= Vc && o.button === 0;
    if (n.delete(o.pointerId), !a) return;
    const l = o.shiftKey || o.ctrlKey || o.metaKey || o.pointerType === "touch";
    e.click(...Wc(r, o), l);
  }, s), r.addEventListener("pointercancel", (o) => n.delete(o.pointerId), s), r.addEventListener("pointerleave", () => e.hideTip(), s), r.addEventListener("contextmenu", (o) => o.preventDefault(), s), r.addEventListener("wheel", (o) => {
    !(r.getRootNode().activeElement === r) && !o.ctrlKey || (o.preventDefault(), e.magnify(Math.exp(-Math.max(-60, Math.min(60, o.deltaY)) * 4e-3)));
  }, { signal: t, passive: !1 }), r.addEventListener("keydown", (o) => {
    const a = av[o.key];
    !a || o.ctrlKey || o.metaKey || o.altKey || (o.preventDefault(), o.stopPropagation(), a(e));
  }, s);
}
function Wc(r, e) {
  const t = r.getBoundingClientRect();
  return [e.clientX - t.left, e.clientY - t.top];
}
const cv = 4;
class hv {
  constructor() {
    this.active = !1, this.atoms = [];
  }
  toggle() {
    this.active = !this.active, this.atoms = [];
  }
  clear() {
    this.atoms = [];
  }
  /** Adds an atom, or takes the last one away where it is clicked again. */
  take(e) {
    this.atoms.at(-1)?.world.distanceTo(e.world) < 1e-6 ? this.atoms.pop() : this.atoms.length === cv ? this.atoms = [e] : this.atoms.push(e);
  }
  /** The result as a sentence; `neighbours` are bond lengths by site. */
  text(e) {
    const t = this.atoms.map(({ element: s, site: o, masked: a }) => `${a ? "?" : s}${o}`), n = this.atoms.map(({ world: s }) => s);
    if (!n.length) return "Click an atom for its coordination, two for a distance, three for an angle, four for a torsion";
    if (n.length === 1) return `${t[0]}: ${uv(e[this.atoms[0].site] ?? [])}`;
    const i = t.join("–");
    return n.length === 2 ? `${i}: ${n[0].distanceTo(n[1]).toFixed(3)} Å` : n.length === 3 ? `${i}: ${dv(...n).toFixed(1)}°` : `${i}: torsion ${fv(...n).toFixed(1)}°`.replace("-", "−");
  }
}
function uv(r) {
  if (!r.length) return "no bonded neighbour";
  const e = `coordination ${r.length}`, [t, n] = [r[0], r.at(-1)].map((s) => s.toFixed(3));
  if (t === n) return `${e}, ${r.length > 1 ? "every bond" : "bond"} ${t} Å`;
  const i = r.reduce((s, o) => s + o, 0) / r.length;
  return `${e}, mean bond ${i.toFixed(3)} Å, ${t} to ${n} Å`;
}
function dv(r, e, t) {
  return r.clone().sub(e).angleTo(t.clone().sub(e)) * 180 / Math.PI;
}
function fv(r, e, t, n) {
  const i = t.clone().sub(e), s = e.clone().sub(r).cross(i), o = i.clone().cross(n.clone().sub(t));
  return (Math.sign(s.clone().cross(o).dot(i)) || 1) * s.angleTo(o) * 180 / Math.PI;
}
const Hr = 'Inter, system-ui, -apple-system, "Segoe UI", sans-serif', os = 84, jc = 26, pv = 400;
function mv(r, e, t, n) {
  r.textAlign = "center", r.textBaseline = "middle", gv(r, e, t), n && vv(r, e, t);
}
function xu(r, e) {
  return r.length > pv ? () => !0 : (t) => !vu(t, r, e);
}
function gv(r, e, t) {
  const n = e.filter(({ atom: s }) => s.masked);
  if (!n.length) return;
  const i = n.filter(xu(e, t));
  for (const { atom: s, x: o, y: a } of i) {
    const l = s.radius * t;
    yv(r, o, a, l), r.font = `700 ${Math.max(11, l * 1.15)}px ${Hr}`, _u(r, "?", o, a + l * 0.04, "#ffffff", "#3a424c");
  }
}
function yv(r, e, t, n) {
  r.save(), r.beginPath(), r.arc(e, t, n * 0.97, 0, 2 * Math.PI), r.clip(), r.strokeStyle = "rgba(255, 255, 255, 0.4)", r.lineWidth = Math.max(1, n * 0.09), r.beginPath();
  for (let i = -2 * n; i <= 2 * n; i += Math.max(4, n * 0.36))
    r.moveTo(e + i - n, t + n), r.lineTo(e + i + n, t - n);
  r.stroke(), r.restore();
}
function vv(r, e, t) {
  const n = xu(e, t);
  for (const i of e) {
    if (i.atom.masked || !n(i)) continue;
    const s = Math.min(15, Math.max(10, i.atom.radius * t * 0.62));
    r.font = `600 ${s}px ${Hr}`, _u(r, `${i.atom.element}${i.atom.site}`, i.x, i.y, "#14181d", "#ffffff");
  }
}
function _u(r, e, t, n, i, s) {
  r.lineWidth = 3, r.lineJoin = "round", r.strokeStyle = s, r.strokeText(e, t, n), r.fillStyle = i, r.fillText(e, t, n);
}
function qc(r, e, t, n) {
  const i = { x: os / 2, y: os / 2 };
  r.textAlign = "center", r.textBaseline = "middle";
  const s = e.quaternion.clone().invert(), o = t.map((a, l) => ({
    name: "abc"[l],
    tip: new M(...a).normalize().applyQuaternion(s)
  })).sort((a, l) => a.tip.z - l.tip.z);
  r.lineCap = "round";
  for (const { name: a, tip: l } of o) {
    const c = i.x + l.x * jc, h = i.y - l.y * jc;
    r.globalAlpha = l.z < -0.2 ? 0.55 : 1, r.strokeStyle = n.text, r.lineWidth = 1.6, r.beginPath(), r.moveTo(i.x, i.y), r.lineTo(c, h), r.stroke();
    const u = Math.hypot(l.x, l.y), d = u > 0.25 ? { x: l.x / u, y: -l.y / u } : { x: 0.7, y: 0.7 };
    r.font = `italic 600 12px ${Hr}`, r.fillStyle = n.text, r.fillText(a, c + d.x * 9, h + d.y * 9);
  }
  r.globalAlpha = 1;
}
function xv(r, e, t) {
  e.length && (r.strokeStyle = t.accent, r.lineWidth = 2.5, r.setLineDash([6, 4]), r.beginPath(), e.forEach(({ x: n, y: i }, s) => s ? r.lineTo(n, i) : r.moveTo(n, i)), r.stroke(), r.setLineDash([]), e.forEach(({ x: n, y: i }, s) => {
    r.beginPath(), r.arc(n, i, 8, 0, 2 * Math.PI), r.fillStyle = t.accent, r.fill(), r.font = `700 11px ${Hr}`, r.textAlign = "center", r.textBaseline = "middle", r.fillStyle = "#ffffff", r.fillText(String(s + 1), n, i + 0.5);
  }));
}
const _v = [
  ["bonds", "Bonds"],
  ["polyhedra", "Polyhedra"],
  ["cell", "Cell"],
  ["labels", "Labels"]
], bv = [
  ["0.6", "small"],
  ["1", "medium"],
  ["1.5", "large"]
];
class wv {
  constructor(e) {
    this.view = e, this.layers = /* @__PURE__ */ new Map(), this.axes = [], this.toolbar = Ue("div", { className: "toolbar", role: "toolbar", "aria-label": "View" }), this.legend = Ue("div", { className: "legend", role: "group", "aria-label": "Elements" }), this.chosen = Ue("div", { className: "chosen", role: "status", "aria-live": "polite" }), this.toolbar.append(this.#s(), this.#t(), this.#o(), this.#a()), this.player = this.#l();
  }
  #s() {
    const e = Ue("div", { className: "group", role: "group", "aria-label": "Shown" });
    for (const [t, n] of _v) {
      const i = this.#e(t, n, () => this.view.toggleLayer(t));
      i.setAttribute("aria-pressed", "false"), this.layers.set(t, i), e.append(i);
    }
    return this.measure = this.#e("measure", "Measure", () => this.view.toggleMeasure(), "Measure distances, angles and coordination"), e.append(this.measure), e;
  }
  #t() {
    this.around = Ue("select", { "aria-label": "Polyhedra around", title: "Polyhedra around", hidden: "" }), this.around.addEventListener("change", () => this.view.setAround(this.around.value)), this.size = Ue("select", { "aria-label": "Size of atoms", title: "Size of atoms" });
    for (const [e, t] of bv) this.size.append(Ue("option", { value: e, text: t }));
    return this.size.addEventListener("change", () => this.view.setSize(Number(this.size.value))), Ue("div", { className: "group", role: "group", "aria-label": "Atoms" }, this.around, this.size);
  }
  #l() {
    return this.start = this.#e("play", "", () => this.view.play(), "Play the relaxation"), this.at = Ue("input", { type: "range", min: "0", step: "1", "aria-label": "Step of the relaxation" }), this.at.addEventListener("input", () => {
      this.view.stop(), this.view.setFrame(Number(this.at.value));
    }), this.caption = Ue("span", { className: "hint" }), Ue("div", { className: "player", role: "group", "aria-label": "Relaxation", hidden: "" }, this.start, this.at, this.caption);
  }
  #r(e, t, n) {
    if (this.player.hidden = e.length < 2, this.player.hidden) return;
    this.at.max = String(e.length - 1), this.at.value = String(t), this.at.setAttribute("aria-valuetext", e[t].caption), this.caption.textContent = e[t].caption, this.start.setAttribute("aria-pressed", String(n));
    const i = n ? "Stop" : "Play the relaxation";
    this.start.title = i, this.start.setAttribute("aria-label", i);
  }
  #i(e, t, n) {
    this.around.hidden = !n || e.length < 2;
    const i = [["", "all"], ...e.map((s) => [s, s])];
    this.around.replaceChildren(...i.map(([s, o]) => Ue("option", { value: s, text: o }))), this.around.value = t;
  }
  #o() {
    const e = Ue("div", { className: "group cells", role: "group", "aria-label": "Cells shown" });
    e.append(Ue("span", { className: "hint", text: "Cells", "aria-hidden": "true" }));
    for (const [t, n] of ["a", "b", "c"].entries()) {
      t && e.append(Ue("span", { className: "times", text: "×", "aria-hidden": "true" }));
      const i = Ue("select", { "aria-label": `Cells along ${n}`, title: `Cells along ${n}` });
      for (const s of [1, 2, 3]) i.append(Ue("option", { value: s, text: String(s) }));
      i.addEventListener("change", () => this.view.setSupercell(this.axes.map((s) => Number(s.value)))), this.axes.push(i), e.append(i);
    }
    return e;
  }
  #a() {
    return Ue(
      "div",
      { className: "group end", role: "group", "aria-label": "Picture" },
      this.#e("reset", "Reset", () => this.view.reset(), "Reset view (R)"),
      this.#e("picture", "PNG", () => this.view.download(), "Save the view as PNG")
    );
  }
  #e(e, t, n, i = t) {
    const s = Ue("button", { type: "button", title: i, "aria-label": i, "data-name": e });
    return s.append(Uc(...Fc[e]), Ue("span", { text: t })), s.addEventListener("click", n), s;
  }
  update(e) {
    const { shown: t, supercell: n, cellLimit: i, hasPolyhedra: s, elements: o, selected: a, pickable: l } = e;
    this.measure.setAttribute("aria-pressed", String(e.measuring)), this.size.value = String(e.size), this.#i(e.centres, e.around, t.polyhedra), this.#r(e.frames, e.frameAt, e.playing);
    for (const [h, u] of this.layers) u.setAttribute("aria-pressed", String(!!t[h]));
    const c = this.layers.get("polyhedra");
    c.disabled = !s, c.title = s ? "Polyhedra" : "No atom here has a polyhedron around it", this.axes.forEach((h, u) => {
      h.value = String(n[u]);
      const d = n.reduce((f, g, p) => p === u ? f : f * g, 1);
      for (const f of h.options) f.disabled = Number(f.value) * d > i;
    }), this.#c(o, a, l, e.hiddenElements), e.measuring ? this.#u(e.measured) : this.#h(o, a, l);
  }
  #c(e, t, n, i) {
    const s = e.map((l) => {
      const c = l.sites.length > 0 && l.sites.every((g) => t.has(g)), h = l.masked ? "masked sites" : `all ${l.symbol}`, u = Ue("button", {
        type: "button",
        className: l.masked ? "chip masked" : "chip",
        "aria-pressed": String(c),
        "aria-label": n ? `Choose ${h} (${l.sites.length})` : `${l.symbol}: ${l.sites.length}`,
        title: n ? `Choose ${h}; with shift, in addition` : ""
      }), d = Ue("i", { "aria-hidden": "true", text: l.masked ? "?" : "" });
      d.style.backgroundColor = l.color, u.append(d, Ue("b", { text: l.masked ? "masked" : l.symbol })), u.append(Ue("span", { text: String(l.sites.length) })), u.disabled = !n, u.addEventListener("click", (g) => this.view.chooseElement(l, g.shiftKey));
      const f = Ue("span", { className: "element" });
      return f.append(u), e.length > 1 && f.append(this.#n(l, i.has(l.symbol))), f;
    }), o = () => [...this.legend.querySelectorAll("button")], a = o().indexOf(this.legend.getRootNode().activeElement);
    this.legend.replaceChildren(...s), a >= 0 && o()[a]?.focus();
  }
  #n({ symbol: e }, t) {
    const i = `${t ? "Show" : "Hide"} ${e === "?" ? "masked sites" : e}`, s = Ue("button", {
      type: "button",
      className: "eye",
      title: i,
      "aria-label": i,
      "aria-pressed": String(t)
    });
    return s.append(Uc(...Fc.eye)), s.addEventListener("click", () => this.view.toggleElement(e)), s;
  }
  #u(e) {
    this.chosen.replaceChildren(Ue("span", { className: "measured", text: e }));
  }
  #h(e, t, n) {
    if (this.chosen.replaceChildren(), !n) return;
    if (!t.size) {
      this.chosen.append(Ue("span", { className: "hint", text: "Click an atom to choose it, shift-click for more" }));
      return;
    }
    const i = e.map(({ symbol: a, sites: l, masked: c }) => {
      const h = l.filter((u) => t.has(u));
      return h.length ? `${c ? "?" : a} ${h.join(", ")}` : "";
    }).filter(Boolean), s = t.size === 1 ? "1 site" : `${t.size} sites`, o = Ue("button", { type: "button", className: "clear", text: "Clear", title: "Clear the choice (Esc)" });
    o.addEventListener("click", () => this.view.clearSelection()), this.chosen.append(
      Ue("b", { text: s }),
      Ue("span", { className: "names", text: i.join(" · "), title: i.join(" · ") }),
      o
    );
  }
}
const Tr = /* @__PURE__ */ new Set(), as = { smooth: null, quick: null }, bu = { value: !1 };
function wu(r) {
  if (as[r]) return as[r];
  const e = new Ve({ canvas: new OffscreenCanvas(8, 8), antialias: r === "smooth", alpha: !0 });
  e.autoClear = !1, e.setPixelRatio(1), e.setClearColor(0, 0);
  const t = e.domElement;
  return t.addEventListener("webglcontextlost", (n) => n.preventDefault()), t.addEventListener("webglcontextrestored", () => Tr.forEach((n) => n.invalidate())), as[r] = e, e;
}
function Mv(r) {
  if (Tr.delete(r), !Tr.size)
    for (const [e, t] of Object.entries(as))
      t?.dispose(), t?.forceContextLoss(), as[e] = null;
}
function Sv() {
  const r = wu("smooth"), e = document.createElement("canvas"), t = Object.create(r);
  return t.domElement = e, t.setSize = () => {
  }, t.dispose = () => {
  }, t.forceContextLoss = () => {
  }, t;
}
function Ev(r) {
  return Tr.add(r), () => Mv(r);
}
function Tv(r, e, t, n) {
  const i = wu(n ? "quick" : "smooth");
  if (i.getContext().isContextLost()) return null;
  const s = i.domElement;
  return (s.width !== r || s.height !== e) && i.setSize(r, e, !1), bu.value = n, Object.setPrototypeOf(t.renderer, i), t.renderScene(), s.transferToImageBitmap();
}
class Va extends ze {
  constructor(e = document.createElement("div")) {
    super(), this.element = e, this.element.style.position = "absolute", this.element.style.userSelect = "none", this.element.setAttribute("draggable", !1), this.addEventListener("removed", function() {
      this.traverse(function(t) {
        t.element instanceof Element && t.element.parentNode !== null && t.element.parentNode.removeChild(t.element);
      });
    });
  }
  copy(e, t) {
    return super.copy(e, t), this.element = e.element.cloneNode(!0), this;
  }
}
Va.prototype.isCSS2DObject = !0;
const Sn = new M(), Xc = new Ee(), Yc = new Ee(), Zc = new M(), $c = new M();
class Av {
  constructor(e = {}) {
    const t = this;
    let n, i, s, o;
    const a = {
      objects: /* @__PURE__ */ new WeakMap()
    }, l = e.element !== void 0 ? e.element : document.createElement("div");
    l.style.overflow = "hidden", this.domElement = l, this.getSize = function() {
      return {
        width: n,
        height: i
      };
    }, this.render = function(f, g) {
      f.autoUpdate === !0 && f.updateMatrixWorld(), g.parent === null && g.updateMatrixWorld(), Xc.copy(g.matrixWorldInverse), Yc.multiplyMatrices(g.projectionMatrix, Xc), c(f, f, g), d(f);
    }, this.setSize = function(f, g) {
      n = f, i = g, s = n / 2, o = i / 2, l.style.width = f + "px", l.style.height = g + "px";
    };
    function c(f, g, p) {
      if (f.isCSS2DObject) {
        Sn.setFromMatrixPosition(f.matrixWorld), Sn.applyMatrix4(Yc);
        const m = f.visible === !0 && Sn.z >= -1 && Sn.z <= 1 && f.layers.test(p.layers) === !0;
        if (f.element.style.display = m === !0 ? "" : "none", m === !0) {
          f.onBeforeRender(t, g, p);
          const _ = f.element;
          /apple/i.test(navigator.vendor) ? _.style.transform = "translate(-50%,-50%) translate(" + Math.round(Sn.x * s + s) + "px," + Math.round(-Sn.y * o + o) + "px)" : _.style.transform = "translate(-50%,-50%) translate(" + (Sn.x * s + s) + "px," + (-Sn.y * o + o) + "px)", _.parentNode !== l && l.appendChild(_), f.onAfterRender(t, g, p);
        }
        const y = {
          distanceToCameraSquared: h(p, f)
        };
        a.objects.set(f, y);
      }
      for (let m = 0, y = f.children.length; m < y; m++)
        c(f.children[m], g, p);
    }
    function h(f, g) {
      return Zc.setFromMatrixPosition(f.matrixWorld), $c.setFromMatrixPosition(g.matrixWorld), Zc.distanceToSquared($c);
    }
    function u(f) {
      const g = [];
      return f.traverse(function(p) {
        p.isCSS2DObject && g.push(p);
      }), g;
    }
    function d(f) {
      const g = u(f).sort(function(m, y) {
        if (m.renderOrder !== y.renderOrder)
          return y.renderOrder - m.renderOrder;
        const _ = a.objects.get(m).distanceToCameraSquared, S = a.objects.get(y).distanceToCameraSquared;
        return _ - S;
      }), p = g.length;
      for (let m = 0, y = g.length; m < y; m++)
        g[m].element.style.zIndex = p - m;
    }
  }
}
class Cv {
  constructor() {
    this.id = 0, this.object = null, this.z = 0, this.renderOrder = 0;
  }
}
class Mu {
  constructor() {
    this.id = 0, this.v1 = new Ai(), this.v2 = new Ai(), this.v3 = new Ai(), this.normalModel = new M(), this.vertexNormalsModel = [new M(), new M(), new M()], this.vertexNormalsLength = 0, this.color = new pe(), this.material = null, this.uvs = [new K(), new K(), new K()], this.z = 0, this.renderOrder = 0;
  }
}
class Ai {
  constructor() {
    this.position = new M(), this.positionWorld = new M(), this.positionScreen = new Xe(), this.visible = !0;
  }
  copy(e) {
    this.positionWorld.copy(e.positionWorld), this.positionScreen.copy(e.positionScreen);
  }
}
class Su {
  constructor() {
    this.id = 0, this.v1 = new Ai(), this.v2 = new Ai(), this.vertexColors = [new pe(), new pe()], this.material = null, this.z = 0, this.renderOrder = 0;
  }
}
class Eu {
  constructor() {
    this.id = 0, this.object = null, this.x = 0, this.y = 0, this.z = 0, this.rotation = 0, this.scale = new K(), this.material = null, this.renderOrder = 0;
  }
}
class Lv {
  constructor() {
    let e, t, n = 0, i, s, o = 0, a, l, c = 0, h, u, d = 0, f, g, p = 0, m;
    const y = { objects: [], lights: [], elements: [] }, _ = new M(), S = new Xe(), w = new vt(new M(-1, -1, -1), new M(1, 1, 1)), x = new vt(), L = new Array(3), D = new Ee(), T = new Ee(), N = new Ee(), P = new ws(), b = [], R = [], $ = [], z = [], X = [];
    this.projectVector = function(U, oe) {
      console.warn("THREE.Projector: .projectVector() is now vector.project()."), U.project(oe);
    }, this.unprojectVector = function(U, oe) {
      console.warn("THREE.Projector: .unprojectVector() is now vector.unproject()."), U.unproject(oe);
    }, this.pickingRay = function() {
      console.error("THREE.Projector: .pickingRay() is now raycaster.setFromCamera().");
    };
    function G() {
      const U = [], oe = [], F = [];
      let re = null;
      const B = new ut();
      function H(v) {
        re = v, B.getNormalMatrix(re.matrixWorld), U.length = 0, oe.length = 0, F.length = 0;
      }
      function V(v) {
        const k = v.position, Z = v.positionWorld, ae = v.positionScreen;
        Z.copy(k).applyMatrix4(m), ae.copy(Z).applyMatrix4(T);
        const fe = 1 / ae.w;
        ae.x *= fe, ae.y *= fe, ae.z *= fe, v.visible = ae.x >= -1 && ae.x <= 1 && ae.y >= -1 && ae.y <= 1 && ae.z >= -1 && ae.z <= 1;
      }
      function ie(v, k, Z) {
        i = le(), i.position.set(v, k, Z), V(i);
      }
      function te(v, k, Z) {
        U.push(v, k, Z);
      }
      function _e(v, k, Z) {
        oe.push(v, k, Z);
      }
      function be(v, k) {
        F.push(v, k);
      }
      function ce(v, k, Z) {
        return v.visible === !0 || k.visible === !0 || Z.visible === !0 ? !0 : (L[0] = v.positionScreen, L[1] = k.positionScreen, L[2] = Z.positionScreen, w.intersectsBox(x.setFromPoints(L)));
      }
      function Te(v, k, Z) {
        return (Z.positionScreen.x - v.positionScreen.x) * (k.positionScreen.y - v.positionScreen.y) - (Z.positionScreen.y - v.positionScreen.y) * (k.positionScreen.x - v.positionScreen.x) < 0;
      }
      function Re(v, k) {
        const Z = R[v], ae = R[k];
        Z.positionScreen.copy(Z.position).applyMatrix4(N), ae.positionScreen.copy(ae.position).applyMatrix4(N), j(Z.positionScreen, ae.positionScreen) === !0 && (Z.positionScreen.multiplyScalar(1 / Z.positionScreen.w), ae.positionScreen.multiplyScalar(1 / ae.positionScreen.w), h = Pe(), h.id = re.id, h.v1.copy(Z), h.v2.copy(ae), h.z = Math.max(Z.positionScreen.z, ae.positionScreen.z), h.renderOrder = re.renderOrder, h.material = re.material, re.material.vertexColors && (h.vertexColors[0].fromArray(oe, v * 3), h.vertexColors[1].fromArray(oe, k * 3)), y.elements.push(h));
      }
      function E(v, k, Z, ae) {
        const fe = R[v], Se = R[k], A = R[Z];
        if (ce(fe, Se, A) !== !1 && (ae.side === dn || Te(fe, Se, A) === !0)) {
          a = Me(), a.id = re.id, a.v1.copy(fe), a.v2.copy(Se), a.v3.copy(A), a.z = (fe.positionScreen.z + Se.positionScreen.z + A.positionScreen.z) / 3, a.renderOrder = re.renderOrder, _.subVectors(A.position, Se.position), S.subVectors(fe.position, Se.position), _.cross(S), a.normalModel.copy(_), a.normalModel.applyMatrix3(B).normalize();
          for (let he = 0; he < 3; he++) {
            const we = a.vertexNormalsModel[he];
            we.fromArray(U, arguments[he] * 3), we.applyMatrix3(B).normalize(), a.uvs[he].fromArray(F, arguments[he] * 2);
          }
          a.vertexNormalsLength = 3, a.material = ae, ae.vertexColors && a.color.fromArray(oe, v * 3), y.elements.push(a);
        }
      }
      return {
        setObject: H,
        projectVertex: V,
        checkTriangleVisibility: ce,
        checkBackfaceCulling: Te,
        pushVertex: ie,
        pushNormal: te,
        pushColor: _e,
        pushUv: be,
        pushLine: Re,
        pushTriangle: E
      };
    }
    const q = new G();
    function O(U) {
      if (U.visible === !1) return;
      if (U.isLight)
        y.lights.push(U);
      else if (U.isMesh || U.isLine || U.isPoints) {
        if (U.material.visible === !1 || U.frustumCulled === !0 && P.intersectsObject(U) === !1) return;
        ne(U);
      } else if (U.isSprite) {
        if (U.material.visible === !1 || U.frustumCulled === !0 && P.intersectsSprite(U) === !1) return;
        ne(U);
      }
      const oe = U.children;
      for (let F = 0, re = oe.length; F < re; F++)
        O(oe[F]);
    }
    function ne(U) {
      e = ue(), e.id = U.id, e.object = U, _.setFromMatrixPosition(U.matrixWorld), _.applyMatrix4(T), e.z = _.z, e.renderOrder = U.renderOrder, y.objects.push(e);
    }
    this.projectScene = function(U, oe, F, re) {
      l = 0, u = 0, g = 0, y.elements.length = 0, U.autoUpdate === !0 && U.updateMatrixWorld(), oe.parent === null && oe.updateMatrixWorld(), D.copy(oe.matrixWorldInverse), T.multiplyMatrices(oe.projectionMatrix, D), P.setFromProjectionMatrix(T), t = 0, y.objects.length = 0, y.lights.length = 0, O(U), F === !0 && y.objects.sort(ee);
      const B = y.objects;
      for (let H = 0, V = B.length; H < V; H++) {
        const ie = B[H].object, te = ie.geometry;
        if (q.setObject(ie), m = ie.matrixWorld, s = 0, ie.isMesh) {
          if (te.isBufferGeometry) {
            let _e = ie.material;
            const be = Array.isArray(_e), ce = te.attributes, Te = te.groups;
            if (ce.position === void 0) continue;
            const Re = ce.position.array;
            for (let E = 0, v = Re.length; E < v; E += 3) {
              let k = Re[E], Z = Re[E + 1], ae = Re[E + 2];
              const fe = te.morphAttributes.position;
              if (fe !== void 0) {
                const Se = te.morphTargetsRelative, A = ie.morphTargetInfluences;
                for (let he = 0, we = fe.length; he < we; he++) {
                  const de = A[he];
                  if (de === 0) continue;
                  const I = fe[he];
                  Se ? (k += I.getX(E / 3) * de, Z += I.getY(E / 3) * de, ae += I.getZ(E / 3) * de) : (k += (I.getX(E / 3) - Re[E]) * de, Z += (I.getY(E / 3) - Re[E + 1]) * de, ae += (I.getZ(E / 3) - Re[E + 2]) * de);
                }
              }
              q.pushVertex(k, Z, ae);
            }
            if (ce.normal !== void 0) {
              const E = ce.normal.array;
              for (let v = 0, k = E.length; v < k; v += 3)
                q.pushNormal(E[v], E[v + 1], E[v + 2]);
            }
            if (ce.color !== void 0) {
              const E = ce.color.array;
              for (let v = 0, k = E.length; v < k; v += 3)
                q.pushColor(E[v], E[v + 1], E[v + 2]);
            }
            if (ce.uv !== void 0) {
              const E = ce.uv.array;
              for (let v = 0, k = E.length; v < k; v += 2)
                q.pushUv(E[v], E[v + 1]);
            }
            if (te.index !== null) {
              const E = te.index.array;
              if (Te.length > 0)
                for (let v = 0; v < Te.length; v++) {
                  const k = Te[v];
                  if (_e = be === !0 ? ie.material[k.materialIndex] : ie.material, _e !== void 0)
                    for (let Z = k.start, ae = k.start + k.count; Z < ae; Z += 3)
                      q.pushTriangle(E[Z], E[Z + 1], E[Z + 2], _e);
                }
              else
                for (let v = 0, k = E.length; v < k; v += 3)
                  q.pushTriangle(E[v], E[v + 1], E[v + 2], _e);
            } else if (Te.length > 0)
              for (let E = 0; E < Te.length; E++) {
                const v = Te[E];
                if (_e = be === !0 ? ie.material[v.materialIndex] : ie.material, _e !== void 0)
                  for (let k = v.start, Z = v.start + v.count; k < Z; k += 3)
                    q.pushTriangle(k, k + 1, k + 2, _e);
              }
            else
              for (let E = 0, v = Re.length / 3; E < v; E += 3)
                q.pushTriangle(E, E + 1, E + 2, _e);
          } else if (te.isGeometry) {
            console.error("THREE.Projector no longer supports Geometry. Use THREE.BufferGeometry instead.");
            return;
          }
        } else if (ie.isLine) {
          if (N.multiplyMatrices(T, m), te.isBufferGeometry) {
            const _e = te.attributes;
            if (_e.position !== void 0) {
              const be = _e.position.array;
              for (let ce = 0, Te = be.length; ce < Te; ce += 3)
                q.pushVertex(be[ce], be[ce + 1], be[ce + 2]);
              if (_e.color !== void 0) {
                const ce = _e.color.array;
                for (let Te = 0, Re = ce.length; Te < Re; Te += 3)
                  q.pushColor(ce[Te], ce[Te + 1], ce[Te + 2]);
              }
              if (te.index !== null) {
                const ce = te.index.array;
                for (let Te = 0, Re = ce.length; Te < Re; Te += 2)
                  q.pushLine(ce[Te], ce[Te + 1]);
              } else {
                const ce = ie.isLineSegments ? 2 : 1;
                for (let Te = 0, Re = be.length / 3 - 1; Te < Re; Te += ce)
                  q.pushLine(Te, Te + 1);
              }
            }
          } else if (te.isGeometry) {
            console.error("THREE.Projector no longer supports Geometry. Use THREE.BufferGeometry instead.");
            return;
          }
        } else if (ie.isPoints) {
          if (N.multiplyMatrices(T, m), te.isGeometry) {
            console.error("THREE.Projector no longer supports Geometry. Use THREE.BufferGeometry instead.");
            return;
          } else if (te.isBufferGeometry) {
            const _e = te.attributes;
            if (_e.position !== void 0) {
              const be = _e.position.array;
              for (let ce = 0, Te = be.length; ce < Te; ce += 3)
                S.set(be[ce], be[ce + 1], be[ce + 2], 1), S.applyMatrix4(N), Q(S, ie, oe);
            }
          }
        } else ie.isSprite && (ie.modelViewMatrix.multiplyMatrices(oe.matrixWorldInverse, ie.matrixWorld), S.set(m.elements[12], m.elements[13], m.elements[14], 1), S.applyMatrix4(T), Q(S, ie, oe));
      }
      return re === !0 && y.elements.sort(ee), y;
    };
    function Q(U, oe, F) {
      const re = 1 / U.w;
      U.z *= re, U.z >= -1 && U.z <= 1 && (f = Ce(), f.id = oe.id, f.x = U.x * re, f.y = U.y * re, f.z = U.z, f.renderOrder = oe.renderOrder, f.object = oe, f.rotation = oe.rotation, f.scale.x = oe.scale.x * Math.abs(f.x - (U.x + F.projectionMatrix.elements[0]) / (U.w + F.projectionMatrix.elements[12])), f.scale.y = oe.scale.y * Math.abs(f.y - (U.y + F.projectionMatrix.elements[5]) / (U.w + F.projectionMatrix.elements[13])), f.material = oe.material, y.elements.push(f));
    }
    function ue() {
      if (t === n) {
        const U = new Cv();
        return b.push(U), n++, t++, U;
      }
      return b[t++];
    }
    function le() {
      if (s === o) {
        const U = new Ai();
        return R.push(U), o++, s++, U;
      }
      return R[s++];
    }
    function Me() {
      if (l === c) {
        const U = new Mu();
        return $.push(U), c++, l++, U;
      }
      return $[l++];
    }
    function Pe() {
      if (u === d) {
        const U = new Su();
        return z.push(U), d++, u++, U;
      }
      return z[u++];
    }
    function Ce() {
      if (g === p) {
        const U = new Eu();
        return X.push(U), p++, g++, U;
      }
      return X[g++];
    }
    function ee(U, oe) {
      return U.renderOrder !== oe.renderOrder ? U.renderOrder - oe.renderOrder : U.z !== oe.z ? oe.z - U.z : U.id !== oe.id ? U.id - oe.id : 0;
    }
    function j(U, oe) {
      let F = 0, re = 1;
      const B = U.z + U.w, H = oe.z + oe.w, V = -U.z + U.w, ie = -oe.z + oe.w;
      return B >= 0 && H >= 0 && V >= 0 && ie >= 0 ? !0 : B < 0 && H < 0 || V < 0 && ie < 0 ? !1 : (B < 0 ? F = Math.max(F, B / (B - H)) : H < 0 && (re = Math.min(re, B / (B - H))), V < 0 ? F = Math.max(F, V / (V - ie)) : ie < 0 && (re = Math.min(re, V / (V - ie))), re < F ? !1 : (U.lerp(oe, F), oe.lerp(U, 1 - re), !0));
    }
  }
}
class Rv extends ze {
  constructor(e) {
    super(), this.node = e;
  }
}
Rv.prototype.isSVGObject = !0;
class Jc {
  constructor() {
    let e, t, n, i, s, o, a, l, c, h, u, d = 0, f = null, g = 1, p, m;
    const y = this, _ = new jn(), S = new jn(), w = new pe(), x = new pe(), L = new pe(), D = new pe(), T = new pe(), N = new pe(), P = new M(), b = new M(), R = new M(), $ = new ut(), z = new Ee(), X = new Ee(), G = [], q = new Lv(), O = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    this.domElement = O, this.autoClear = !0, this.sortObjects = !0, this.sortElements = !0, this.overdraw = 0.5, this.info = {
      render: {
        vertices: 0,
        faces: 0
      }
    }, this.setQuality = function(F) {
      switch (F) {
        case "high":
          g = 1;
          break;
        case "low":
          g = 0;
          break;
      }
    }, this.setClearColor = function(F) {
      N.set(F);
    }, this.setPixelRatio = function() {
    }, this.setSize = function(F, re) {
      i = F, s = re, o = i / 2, a = s / 2, O.setAttribute("viewBox", -o + " " + -a + " " + i + " " + s), O.setAttribute("width", i), O.setAttribute("height", s), _.min.set(-o, -a), _.max.set(o, a);
    }, this.getSize = function() {
      return {
        width: i,
        height: s
      };
    }, this.setPrecision = function(F) {
      f = F;
    };
    function ne() {
      for (d = 0; O.childNodes.length > 0; )
        O.removeChild(O.childNodes[0]);
    }
    function Q(F) {
      return f !== null ? F.toFixed(f) : F;
    }
    this.clear = function() {
      ne(), O.style.backgroundColor = N.getStyle();
    }, this.render = function(F, re) {
      if (!(re instanceof bs)) {
        console.error("THREE.SVGRenderer.render: camera is not an instance of Camera.");
        return;
      }
      const B = F.background;
      B && B.isColor ? (ne(), O.style.backgroundColor = B.getStyle()) : this.autoClear === !0 && this.clear(), y.info.render.vertices = 0, y.info.render.faces = 0, z.copy(re.matrixWorldInverse), X.multiplyMatrices(re.projectionMatrix, z), e = q.projectScene(F, re, this.sortObjects, this.sortElements), t = e.elements, n = e.lights, $.getNormalMatrix(re.matrixWorldInverse), ue(n), p = "", m = "";
      for (let H = 0, V = t.length; H < V; H++) {
        const ie = t[H], te = ie.material;
        if (!(te === void 0 || te.opacity === 0)) {
          if (S.makeEmpty(), ie instanceof Eu)
            l = ie, l.x *= o, l.y *= -a, Me(l, ie, te);
          else if (ie instanceof Su)
            l = ie.v1, c = ie.v2, l.positionScreen.x *= o, l.positionScreen.y *= -a, c.positionScreen.x *= o, c.positionScreen.y *= -a, S.setFromPoints([l.positionScreen, c.positionScreen]), _.intersectsBox(S) === !0 && Pe(l, c, te);
          else if (ie instanceof Mu) {
            if (l = ie.v1, c = ie.v2, h = ie.v3, l.positionScreen.z < -1 || l.positionScreen.z > 1 || c.positionScreen.z < -1 || c.positionScreen.z > 1 || h.positionScreen.z < -1 || h.positionScreen.z > 1) continue;
            l.positionScreen.x *= o, l.positionScreen.y *= -a, c.positionScreen.x *= o, c.positionScreen.y *= -a, h.positionScreen.x *= o, h.positionScreen.y *= -a, this.overdraw > 0 && (ee(l.positionScreen, c.positionScreen, this.overdraw), ee(c.positionScreen, h.positionScreen, this.overdraw), ee(h.positionScreen, l.positionScreen, this.overdraw)), S.setFromPoints([
              l.positionScreen,
              c.positionScreen,
              h.positionScreen
            ]), _.intersectsBox(S) === !0 && Ce(l, c, h, ie, te);
          }
        }
      }
      U(), F.traverseVisible(function(H) {
        if (H.isSVGObject) {
          if (P.setFromMatrixPosition(H.matrixWorld), P.applyMatrix4(X), P.z < -1 || P.z > 1) return;
          const V = P.x * o, ie = -P.y * a, te = H.node;
          te.setAttribute("transform", "translate(" + V + "," + ie + ")"), O.appendChild(te);
        }
      });
    };
    function ue(F) {
      L.setRGB(0, 0, 0), D.setRGB(0, 0, 0), T.setRGB(0, 0, 0);
      for (let re = 0, B = F.length; re < B; re++) {
        const H = F[re], V = H.color;
        H.isAmbientLight ? (L.r += V.r, L.g += V.g, L.b += V.b) : H.isDirectionalLight ? (D.r += V.r, D.g += V.g, D.b += V.b) : H.isPointLight && (T.r += V.r, T.g += V.g, T.b += V.b);
      }
    }
    function le(F, re, B, H) {
      for (let V = 0, ie = F.length; V < ie; V++) {
        const te = F[V], _e = te.color;
        if (te.isDirectionalLight) {
          const be = P.setFromMatrixPosition(te.matrixWorld).normalize();
          let ce = B.dot(be);
          if (ce <= 0) continue;
          ce *= te.intensity, H.r += _e.r * ce, H.g += _e.g * ce, H.b += _e.b * ce;
        } else if (te.isPointLight) {
          const be = P.setFromMatrixPosition(te.matrixWorld);
          let ce = B.dot(P.subVectors(be, re).normalize());
          if (ce <= 0 || (ce *= te.distance == 0 ? 1 : 1 - Math.min(re.distanceTo(be) / te.distance, 1), ce == 0)) continue;
          ce *= te.intensity, H.r += _e.r * ce, H.g += _e.g * ce, H.b += _e.b * ce;
        }
      }
    }
    function Me(F, re, B) {
      let H = re.scale.x * o, V = re.scale.y * a;
      B.isPointsMaterial && (H *= B.size, V *= B.size);
      const ie = "M" + Q(F.x - H * 0.5) + "," + Q(F.y - V * 0.5) + "h" + Q(H) + "v" + Q(V) + "h" + Q(-H) + "z";
      let te = "";
      (B.isSpriteMaterial || B.isPointsMaterial) && (te = "fill:" + B.color.getStyle() + ";fill-opacity:" + B.opacity), j(te, ie);
    }
    function Pe(F, re, B) {
      const H = "M" + Q(F.positionScreen.x) + "," + Q(F.positionScreen.y) + "L" + Q(re.positionScreen.x) + "," + Q(re.positionScreen.y);
      if (B.isLineBasicMaterial) {
        let V = "fill:none;stroke:" + B.color.getStyle() + ";stroke-opacity:" + B.opacity + ";stroke-width:" + B.linewidth + ";stroke-linecap:" + B.linecap;
        B.isLineDashedMaterial && (V = V + ";stroke-dasharray:" + B.dashSize + "," + B.gapSize), j(V, H);
      }
    }
    function Ce(F, re, B, H, V) {
      y.info.render.vertices += 3, y.info.render.faces++;
      const ie = "M" + Q(F.positionScreen.x) + "," + Q(F.positionScreen.y) + "L" + Q(re.positionScreen.x) + "," + Q(re.positionScreen.y) + "L" + Q(B.positionScreen.x) + "," + Q(B.positionScreen.y) + "z";
      let te = "";
      V.isMeshBasicMaterial ? (w.copy(V.color), V.vertexColors && w.multiply(H.color)) : V.isMeshLambertMaterial || V.isMeshPhongMaterial || V.isMeshStandardMaterial ? (x.copy(V.color), V.vertexColors && x.multiply(H.color), w.copy(L), b.copy(F.positionWorld).add(re.positionWorld).add(B.positionWorld).divideScalar(3), le(n, b, H.normalModel, w), w.multiply(x).add(V.emissive)) : V.isMeshNormalMaterial && (R.copy(H.normalModel).applyMatrix3($).normalize(), w.setRGB(R.x, R.y, R.z).multiplyScalar(0.5).addScalar(0.5)), V.wireframe ? te = "fill:none;stroke:" + w.getStyle() + ";stroke-opacity:" + V.opacity + ";stroke-width:" + V.wireframeLinewidth + ";stroke-linecap:" + V.wireframeLinecap + ";stroke-linejoin:" + V.wireframeLinejoin : te = "fill:" + w.getStyle() + ";fill-opacity:" + V.opacity, j(te, ie);
    }
    function ee(F, re, B) {
      let H = re.x - F.x, V = re.y - F.y;
      const ie = H * H + V * V;
      if (ie === 0) return;
      const te = B / Math.sqrt(ie);
      H *= te, V *= te, re.x += H, re.y += V, F.x -= H, F.y -= V;
    }
    function j(F, re) {
      m === F ? p += re : (U(), m = F, p = re);
    }
    function U() {
      p && (u = oe(d++), u.setAttribute("d", p), u.setAttribute("style", m), O.appendChild(u)), p = "", m = "";
    }
    function oe(F) {
      return G[F] == null && (G[F] = document.createElementNS("http://www.w3.org/2000/svg", "path"), g == 0 && G[F].setAttribute("shape-rendering", "crispEdges")), G[F];
    }
  }
}
var ls = /* @__PURE__ */ ((r) => (r.SVG = "svg", r.WEBGL = "webgl", r))(ls || {}), Tu = /* @__PURE__ */ ((r) => (r.standard = "MeshStandardMaterial", r))(Tu || {}), vr = /* @__PURE__ */ ((r) => (r.DirectionalLight = "DirectionalLight", r.AmbientLight = "AmbientLight", r.HemisphereLight = "HemisphereLight", r))(vr || {}), xr = /* @__PURE__ */ ((r) => (r.TRACKBALL = "trackball", r.ORBIT = "orbit", r))(xr || {}), vi = /* @__PURE__ */ ((r) => (r.PLAY = "play", r.SLIDER = "slider", r.NONE = "none", r))(vi || {});
const Kc = 150, Pv = 20, Iv = {
  antialias: !0,
  cameraAxis: "z",
  cameraPosition: "back",
  animation: "none",
  transparentBackground: !0,
  renderer: "webgl",
  renderDivBackground: !1,
  background: "#ffffff",
  sphereSegments: 32,
  cylinderSegments: 16,
  staticScene: !0,
  sphereScale: 1,
  cylinderScale: 1,
  extractAxis: !1,
  defaultSurfaceOpacity: 0.5,
  lights: [
    {
      type: "HemisphereLight",
      args: ["#eeeeee", "#999999", 1]
    },
    {
      type: "DirectionalLight",
      args: ["#ffffff", 0.15],
      position: [0, 0, -10]
    },
    {
      type: "DirectionalLight",
      args: ["#ffffff", 0.15],
      position: [-10, 10, 10]
    }
  ],
  material: {
    type: "MeshStandardMaterial",
    parameters: {
      roughness: 0.07,
      metalness: 0
    }
  },
  controls: "trackball",
  enableZoom: !0,
  secondaryObjectView: !0,
  defaultZoom: 0.8,
  zoomToFit2D: !1
};
var rt = /* @__PURE__ */ ((r) => (r.ELLIPSOIDS = "ellipsoids", r.CYLINDERS = "cylinders", r.SPHERES = "spheres", r.ARROWS = "arrows", r.CUBES = "cubes", r.LINES = "lines", r.SURFACES = "surface", r.CONVEX = "convex", r.LABEL = "labels", r.BEZIER = "bezier", r))(rt || {});
const Dv = {
  id: "color",
  name: "Color",
  type: "color"
  /* COLOR */
}, Nv = {
  id: "radius",
  name: "Radius",
  type: "number"
  /* NUMBER */
}, Ov = {
  id: "headWidth",
  name: "Head Width",
  type: "number"
  /* NUMBER */
}, zv = {
  id: "headLength",
  name: "Head Length",
  type: "number"
  /* NUMBER */
}, Bv = {
  id: "scale",
  name: "Scale",
  type: "vec3"
  /* VEC3 */
}, kv = {
  id: "positionPairs",
  name: "Position pairs",
  type: "list",
  listModel: "vec3Pair"
  /* VEC3_PAIRS */
}, Uv = {
  id: "positions",
  name: "Position",
  type: "list",
  listModel: "vec3"
  /* VEC3 */
}, Fv = [
  zv,
  Nv,
  Ov,
  Bv,
  kv,
  Uv,
  Dv
];
Fv.reduce(
  (r, e) => ({ ...r, [e.id]: e }),
  {}
);
function Ga(r, e, t) {
  r.prototype = e.prototype = t, t.constructor = r;
}
function Au(r, e) {
  var t = Object.create(r.prototype);
  for (var n in e) t[n] = e[n];
  return t;
}
function Ts() {
}
var xs = 0.7, Ar = 1 / xs, Ci = "\\s*([+-]?\\d+)\\s*", _s = "\\s*([+-]?\\d*\\.?\\d+(?:[eE][+-]?\\d+)?)\\s*", Qt = "\\s*([+-]?\\d*\\.?\\d+(?:[eE][+-]?\\d+)?)%\\s*", Hv = /^#([0-9a-f]{3,8})$/, Vv = new RegExp("^rgb\\(" + [Ci, Ci, Ci] + "\\)$"), Gv = new RegExp("^rgb\\(" + [Qt, Qt, Qt] + "\\)$"), Wv = new RegExp("^rgba\\(" + [Ci, Ci, Ci, _s] + "\\)$"), jv = new RegExp("^rgba\\(" + [Qt, Qt, Qt, _s] + "\\)$"), qv = new RegExp("^hsl\\(" + [_s, Qt, Qt] + "\\)$"), Xv = new RegExp("^hsla\\(" + [_s, Qt, Qt, _s] + "\\)$"), Qc = {
  aliceblue: 15792383,
  antiquewhite: 16444375,
  aqua: 65535,
  aquamarine: 8388564,
  azure: 15794175,
  beige: 16119260,
  bisque: 16770244,
  black: 0,
  blanchedalmond: 16772045,
  blue: 255,
  blueviolet: 9055202,
  brown: 10824234,
  burlywood: 14596231,
  cadetblue: 6266528,
  chartreuse: 8388352,
  chocolate: 13789470,
  coral: 16744272,
  cornflowerblue: 6591981,
  cornsilk: 16775388,
  crimson: 14423100,
  cyan: 65535,
  darkblue: 139,
  darkcyan: 35723,
  darkgoldenrod: 12092939,
  darkgray: 11119017,
  darkgreen: 25600,
  darkgrey: 11119017,
  darkkhaki: 12433259,
  darkmagenta: 9109643,
  darkolivegreen: 5597999,
  darkorange: 16747520,
  darkorchid: 10040012,
  darkred: 9109504,
  darksalmon: 15308410,
  darkseagreen: 9419919,
  darkslateblue: 4734347,
  darkslategray: 3100495,
  darkslategrey: 3100495,
  darkturquoise: 52945,
  darkviolet: 9699539,
  deeppink: 16716947,
  deepskyblue: 49151,
  dimgray: 6908265,
  dimgrey: 6908265,
  dodgerblue: 2003199,
  firebrick: 11674146,
  floralwhite: 16775920,
  forestgreen: 2263842,
  fuchsia: 16711935,
  gainsboro: 14474460,
  ghostwhite: 16316671,
  gold: 16766720,
  goldenrod: 14329120,
  gray: 8421504,
  green: 32768,
  greenyellow: 11403055,
  grey: 8421504,
  honeydew: 15794160,
  hotpink: 16738740,
  indianred: 13458524,
  indigo: 4915330,
  ivory: 16777200,
  khaki: 15787660,
  lavender: 15132410,
  lavenderblush: 16773365,
  lawngreen: 8190976,
  lemonchiffon: 16775885,
  lightblue: 11393254,
  lightcoral: 15761536,
  lightcyan: 14745599,
  lightgoldenrodyellow: 16448210,
  lightgray: 13882323,
  lightgreen: 9498256,
  lightgrey: 13882323,
  lightpink: 16758465,
  lightsalmon: 16752762,
  lightseagreen: 2142890,
  lightskyblue: 8900346,
  lightslategray: 7833753,
  lightslategrey: 7833753,
  lightsteelblue: 11584734,
  lightyellow: 16777184,
  lime: 65280,
  limegreen: 3329330,
  linen: 16445670,
  magenta: 16711935,
  maroon: 8388608,
  mediumaquamarine: 6737322,
  mediumblue: 205,
  mediumorchid: 12211667,
  mediumpurple: 9662683,
  mediumseagreen: 3978097,
  mediumslateblue: 8087790,
  mediumspringgreen: 64154,
  mediumturquoise: 4772300,
  mediumvioletred: 13047173,
  midnightblue: 1644912,
  mintcream: 16121850,
  mistyrose: 16770273,
  moccasin: 16770229,
  navajowhite: 16768685,
  navy: 128,
  oldlace: 16643558,
  olive: 8421376,
  olivedrab: 7048739,
  orange: 16753920,
  orangered: 16729344,
  orchid: 14315734,
  palegoldenrod: 15657130,
  palegreen: 10025880,
  paleturquoise: 11529966,
  palevioletred: 14381203,
  papayawhip: 16773077,
  peachpuff: 16767673,
  peru: 13468991,
  pink: 16761035,
  plum: 14524637,
  powderblue: 11591910,
  purple: 8388736,
  rebeccapurple: 6697881,
  red: 16711680,
  rosybrown: 12357519,
  royalblue: 4286945,
  saddlebrown: 9127187,
  salmon: 16416882,
  sandybrown: 16032864,
  seagreen: 3050327,
  seashell: 16774638,
  sienna: 10506797,
  silver: 12632256,
  skyblue: 8900331,
  slateblue: 6970061,
  slategray: 7372944,
  slategrey: 7372944,
  snow: 16775930,
  springgreen: 65407,
  steelblue: 4620980,
  tan: 13808780,
  teal: 32896,
  thistle: 14204888,
  tomato: 16737095,
  turquoise: 4251856,
  violet: 15631086,
  wheat: 16113331,
  white: 16777215,
  whitesmoke: 16119285,
  yellow: 16776960,
  yellowgreen: 10145074
};
Ga(Ts, Wa, {
  copy: function(r) {
    return Object.assign(new this.constructor(), this, r);
  },
  displayable: function() {
    return this.rgb().displayable();
  },
  hex: eh,
  // Deprecated! Use color.formatHex.
  formatHex: eh,
  formatHsl: Yv,
  formatRgb: th,
  toString: th
});
function eh() {
  return this.rgb().formatHex();
}
function Yv() {
  return Lu(this).formatHsl();
}
function th() {
  return this.rgb().formatRgb();
}
function Wa(r) {
  var e, t;
  return r = (r + "").trim().toLowerCase(), (e = Hv.exec(r)) ? (t = e[1].length, e = parseInt(e[1], 16), t === 6 ? nh(e) : t === 3 ? new Ct(e >> 8 & 15 | e >> 4 & 240, e >> 4 & 15 | e & 240, (e & 15) << 4 | e & 15, 1) : t === 8 ? fr(e >> 24 & 255, e >> 16 & 255, e >> 8 & 255, (e & 255) / 255) : t === 4 ? fr(e >> 12 & 15 | e >> 8 & 240, e >> 8 & 15 | e >> 4 & 240, e >> 4 & 15 | e & 240, ((e & 15) << 4 | e & 15) / 255) : null) : (e = Vv.exec(r)) ? new Ct(e[1], e[2], e[3], 1) : (e = Gv.exec(r)) ? new Ct(e[1] * 255 / 100, e[2] * 255 / 100, e[3] * 255 / 100, 1) : (e = Wv.exec(r)) ? fr(e[1], e[2], e[3], e[4]) : (e = jv.exec(r)) ? fr(e[1] * 255 / 100, e[2] * 255 / 100, e[3] * 255 / 100, e[4]) : (e = qv.exec(r)) ? rh(e[1], e[2] / 100, e[3] / 100, 1) : (e = Xv.exec(r)) ? rh(e[1], e[2] / 100, e[3] / 100, e[4]) : Qc.hasOwnProperty(r) ? nh(Qc[r]) : r === "transparent" ? new Ct(NaN, NaN, NaN, 0) : null;
}
function nh(r) {
  return new Ct(r >> 16 & 255, r >> 8 & 255, r & 255, 1);
}
function fr(r, e, t, n) {
  return n <= 0 && (r = e = t = NaN), new Ct(r, e, t, n);
}
function Zv(r) {
  return r instanceof Ts || (r = Wa(r)), r ? (r = r.rgb(), new Ct(r.r, r.g, r.b, r.opacity)) : new Ct();
}
function Cu(r, e, t, n) {
  return arguments.length === 1 ? Zv(r) : new Ct(r, e, t, n ?? 1);
}
function Ct(r, e, t, n) {
  this.r = +r, this.g = +e, this.b = +t, this.opacity = +n;
}
Ga(Ct, Cu, Au(Ts, {
  brighter: function(r) {
    return r = r == null ? Ar : Math.pow(Ar, r), new Ct(this.r * r, this.g * r, this.b * r, this.opacity);
  },
  darker: function(r) {
    return r = r == null ? xs : Math.pow(xs, r), new Ct(this.r * r, this.g * r, this.b * r, this.opacity);
  },
  rgb: function() {
    return this;
  },
  displayable: function() {
    return -0.5 <= this.r && this.r < 255.5 && -0.5 <= this.g && this.g < 255.5 && -0.5 <= this.b && this.b < 255.5 && 0 <= this.opacity && this.opacity <= 1;
  },
  hex: ih,
  // Deprecated! Use color.formatHex.
  formatHex: ih,
  formatRgb: sh,
  toString: sh
}));
function ih() {
  return "#" + Oo(this.r) + Oo(this.g) + Oo(this.b);
}
function sh() {
  var r = this.opacity;
  return r = isNaN(r) ? 1 : Math.max(0, Math.min(1, r)), (r === 1 ? "rgb(" : "rgba(") + Math.max(0, Math.min(255, Math.round(this.r) || 0)) + ", " + Math.max(0, Math.min(255, Math.round(this.g) || 0)) + ", " + Math.max(0, Math.min(255, Math.round(this.b) || 0)) + (r === 1 ? ")" : ", " + r + ")");
}
function Oo(r) {
  return r = Math.max(0, Math.min(255, Math.round(r) || 0)), (r < 16 ? "0" : "") + r.toString(16);
}
function rh(r, e, t, n) {
  return n <= 0 ? r = e = t = NaN : t <= 0 || t >= 1 ? r = e = NaN : e <= 0 && (r = NaN), new Jt(r, e, t, n);
}
function Lu(r) {
  if (r instanceof Jt) return new Jt(r.h, r.s, r.l, r.opacity);
  if (r instanceof Ts || (r = Wa(r)), !r) return new Jt();
  if (r instanceof Jt) return r;
  r = r.rgb();
  var e = r.r / 255, t = r.g / 255, n = r.b / 255, i = Math.min(e, t, n), s = Math.max(e, t, n), o = NaN, a = s - i, l = (s + i) / 2;
  return a ? (e === s ? o = (t - n) / a + (t < n) * 6 : t === s ? o = (n - e) / a + 2 : o = (e - t) / a + 4, a /= l < 0.5 ? s + i : 2 - s - i, o *= 60) : a = l > 0 && l < 1 ? 0 : o, new Jt(o, a, l, r.opacity);
}
function $v(r, e, t, n) {
  return arguments.length === 1 ? Lu(r) : new Jt(r, e, t, n ?? 1);
}
function Jt(r, e, t, n) {
  this.h = +r, this.s = +e, this.l = +t, this.opacity = +n;
}
Ga(Jt, $v, Au(Ts, {
  brighter: function(r) {
    return r = r == null ? Ar : Math.pow(Ar, r), new Jt(this.h, this.s, this.l * r, this.opacity);
  },
  darker: function(r) {
    return r = r == null ? xs : Math.pow(xs, r), new Jt(this.h, this.s, this.l * r, this.opacity);
  },
  rgb: function() {
    var r = this.h % 360 + (this.h < 0) * 360, e = isNaN(r) || isNaN(this.s) ? 0 : this.s, t = this.l, n = t + (t < 0.5 ? t : 1 - t) * e, i = 2 * t - n;
    return new Ct(
      zo(r >= 240 ? r - 240 : r + 120, i, n),
      zo(r, i, n),
      zo(r < 120 ? r + 240 : r - 120, i, n),
      this.opacity
    );
  },
  displayable: function() {
    return (0 <= this.s && this.s <= 1 || isNaN(this.s)) && 0 <= this.l && this.l <= 1 && 0 <= this.opacity && this.opacity <= 1;
  },
  formatHsl: function() {
    var r = this.opacity;
    return r = isNaN(r) ? 1 : Math.max(0, Math.min(1, r)), (r === 1 ? "hsl(" : "hsla(") + (this.h || 0) + ", " + (this.s || 0) * 100 + "%, " + (this.l || 0) * 100 + "%" + (r === 1 ? ")" : ", " + r + ")");
  }
}));
function zo(r, e, t) {
  return (r < 60 ? e + (t - e) * r / 60 : r < 180 ? t : r < 240 ? e + (t - e) * (240 - r) / 60 : e) * 255;
}
class Jv {
  constructor() {
    this.tooltipedJsonObject = null, this.tooltipedThreeObject = null;
    const e = document.createElement("div");
    e.className = "tooltiptext";
    const t = document.createElement("span");
    t.className = "", e.appendChild(t);
    const n = new Va(e);
    this.tooltip = n, this.moveOffscreen();
  }
  updateTooltip(e, t, n) {
    this.tooltipedJsonObject !== t && (n.children.forEach((i) => {
      if (i instanceof $e) {
        const s = Cu(t.color).brighter(1);
        i.material.color = new pe(s.formatHex());
      }
    }), this.tooltipedJsonObject = t, this.tooltipedThreeObject = n), this.tooltip.position.x = e.x, this.tooltip.position.y = e.y, this.tooltip.position.z = e.z, this.tooltip.element.textContent = t.tooltip;
  }
  /**
   *
   * Return true if the tooltip was removed
   */
  hideTooltipIfNeeded() {
    return this.tooltipedThreeObject ? (this.tooltipedThreeObject.children.forEach((e) => {
      e instanceof $e && (e.material.color = new pe(
        this.tooltipedJsonObject.color
      ));
    }), this.tooltipedThreeObject = null, this.tooltipedJsonObject = null, this.moveOffscreen(), !0) : !1;
  }
  moveOffscreen() {
    this.tooltip.translateX(Number.MAX_SAFE_INTEGER), this.tooltip.translateY(Number.MAX_SAFE_INTEGER), this.tooltip.translateZ(Number.MAX_SAFE_INTEGER);
  }
}
const _r = 0, Kv = 1, Qv = new M(), oh = new pu(), Bo = new Zt(), ah = new M(), pr = new at();
class lh {
  constructor() {
    this.tolerance = -1, this.faces = [], this.newFaces = [], this.assigned = new ch(), this.unassigned = new ch(), this.vertices = [];
  }
  setFromPoints(e) {
    if (e.length >= 4) {
      this.makeEmpty();
      for (let t = 0, n = e.length; t < n; t++)
        this.vertices.push(new ex(e[t]));
      this.compute();
    }
    return this;
  }
  setFromObject(e) {
    const t = [];
    return e.updateMatrixWorld(!0), e.traverse(function(n) {
      const i = n.geometry;
      if (i !== void 0) {
        if (i.isGeometry) {
          console.error("THREE.ConvexHull no longer supports Geometry. Use THREE.BufferGeometry instead.");
          return;
        } else if (i.isBufferGeometry) {
          const s = i.attributes.position;
          if (s !== void 0)
            for (let o = 0, a = s.count; o < a; o++) {
              const l = new M();
              l.fromBufferAttribute(s, o).applyMatrix4(n.matrixWorld), t.push(l);
            }
        }
      }
    }), this.setFromPoints(t);
  }
  containsPoint(e) {
    const t = this.faces;
    for (let n = 0, i = t.length; n < i; n++)
      if (t[n].distanceToPoint(e) > this.tolerance) return !1;
    return !0;
  }
  intersectRay(e, t) {
    const n = this.faces;
    let i = -1 / 0, s = 1 / 0;
    for (let o = 0, a = n.length; o < a; o++) {
      const l = n[o], c = l.distanceToPoint(e.origin), h = l.normal.dot(e.direction);
      if (c > 0 && h >= 0) return null;
      const u = h !== 0 ? -c / h : 0;
      if (!(u <= 0) && (h > 0 ? s = Math.min(u, s) : i = Math.max(u, i), i > s))
        return null;
    }
    return i !== -1 / 0 ? e.at(i, t) : e.at(s, t), t;
  }
  intersectsRay(e) {
    return this.intersectRay(e, Qv) !== null;
  }
  makeEmpty() {
    return this.faces = [], this.vertices = [], this;
  }
  // Adds a vertex to the 'assigned' list of vertices and assigns it to the given face
  addVertexToFace(e, t) {
    return e.face = t, t.outside === null ? this.assigned.append(e) : this.assigned.insertBefore(t.outside, e), t.outside = e, this;
  }
  // Removes a vertex from the 'assigned' list of vertices and from the given face
  removeVertexFromFace(e, t) {
    return e === t.outside && (e.next !== null && e.next.face === t ? t.outside = e.next : t.outside = null), this.assigned.remove(e), this;
  }
  // Removes all the visible vertices that a given face is able to see which are stored in the 'assigned' vertext list
  removeAllVerticesFromFace(e) {
    if (e.outside !== null) {
      const t = e.outside;
      let n = e.outside;
      for (; n.next !== null && n.next.face === e; )
        n = n.next;
      return this.assigned.removeSubList(t, n), t.prev = n.next = null, e.outside = null, t;
    }
  }
  // Removes all the visible vertices that 'face' is able to see
  deleteFaceVertices(e, t) {
    const n = this.removeAllVerticesFromFace(e);
    if (n !== void 0)
      if (t === void 0)
        this.unassigned.appendChain(n);
      else {
        let i = n;
        do {
          const s = i.next;
          t.distanceToPoint(i.point) > this.tolerance ? this.addVertexToFace(i, t) : this.unassigned.append(i), i = s;
        } while (i !== null);
      }
    return this;
  }
  // Reassigns as many vertices as possible from the unassigned list to the new faces
  resolveUnassignedPoints(e) {
    if (this.unassigned.isEmpty() === !1) {
      let t = this.unassigned.first();
      do {
        const n = t.next;
        let i = this.tolerance, s = null;
        for (let o = 0; o < e.length; o++) {
          const a = e[o];
          if (a.mark === _r) {
            const l = a.distanceToPoint(t.point);
            if (l > i && (i = l, s = a), i > 1e3 * this.tolerance) break;
          }
        }
        s !== null && this.addVertexToFace(t, s), t = n;
      } while (t !== null);
    }
    return this;
  }
  // Computes the extremes of a simplex which will be the initial hull
  computeExtremes() {
    const e = new M(), t = new M(), n = [], i = [];
    for (let s = 0; s < 3; s++)
      n[s] = i[s] = this.vertices[0];
    e.copy(this.vertices[0].point), t.copy(this.vertices[0].point);
    for (let s = 0, o = this.vertices.length; s < o; s++) {
      const a = this.vertices[s], l = a.point;
      for (let c = 0; c < 3; c++)
        l.getComponent(c) < e.getComponent(c) && (e.setComponent(c, l.getComponent(c)), n[c] = a);
      for (let c = 0; c < 3; c++)
        l.getComponent(c) > t.getComponent(c) && (t.setComponent(c, l.getComponent(c)), i[c] = a);
    }
    return this.tolerance = 3 * Number.EPSILON * (Math.max(Math.abs(e.x), Math.abs(t.x)) + Math.max(Math.abs(e.y), Math.abs(t.y)) + Math.max(Math.abs(e.z), Math.abs(t.z))), { min: n, max: i };
  }
  // Computes the initial simplex assigning to its faces all the points
  // that are candidates to form part of the hull
  computeInitialHull() {
    const e = this.vertices, t = this.computeExtremes(), n = t.min, i = t.max;
    let s = 0, o = 0;
    for (let d = 0; d < 3; d++) {
      const f = i[d].point.getComponent(d) - n[d].point.getComponent(d);
      f > s && (s = f, o = d);
    }
    const a = n[o], l = i[o];
    let c, h;
    s = 0, oh.set(a.point, l.point);
    for (let d = 0, f = this.vertices.length; d < f; d++) {
      const g = e[d];
      if (g !== a && g !== l) {
        oh.closestPointToPoint(g.point, !0, ah);
        const p = ah.distanceToSquared(g.point);
        p > s && (s = p, c = g);
      }
    }
    s = -1, Bo.setFromCoplanarPoints(a.point, l.point, c.point);
    for (let d = 0, f = this.vertices.length; d < f; d++) {
      const g = e[d];
      if (g !== a && g !== l && g !== c) {
        const p = Math.abs(Bo.distanceToPoint(g.point));
        p > s && (s = p, h = g);
      }
    }
    const u = [];
    if (Bo.distanceToPoint(h.point) < 0) {
      u.push(
        Ft.create(a, l, c),
        Ft.create(h, l, a),
        Ft.create(h, c, l),
        Ft.create(h, a, c)
      );
      for (let d = 0; d < 3; d++) {
        const f = (d + 1) % 3;
        u[d + 1].getEdge(2).setTwin(u[0].getEdge(f)), u[d + 1].getEdge(1).setTwin(u[f + 1].getEdge(0));
      }
    } else {
      u.push(
        Ft.create(a, c, l),
        Ft.create(h, a, l),
        Ft.create(h, l, c),
        Ft.create(h, c, a)
      );
      for (let d = 0; d < 3; d++) {
        const f = (d + 1) % 3;
        u[d + 1].getEdge(2).setTwin(u[0].getEdge((3 - d) % 3)), u[d + 1].getEdge(0).setTwin(u[f + 1].getEdge(1));
      }
    }
    for (let d = 0; d < 4; d++)
      this.faces.push(u[d]);
    for (let d = 0, f = e.length; d < f; d++) {
      const g = e[d];
      if (g !== a && g !== l && g !== c && g !== h) {
        s = this.tolerance;
        let p = null;
        for (let m = 0; m < 4; m++) {
          const y = this.faces[m].distanceToPoint(g.point);
          y > s && (s = y, p = this.faces[m]);
        }
        p !== null && this.addVertexToFace(g, p);
      }
    }
    return this;
  }
  // Removes inactive faces
  reindexFaces() {
    const e = [];
    for (let t = 0; t < this.faces.length; t++) {
      const n = this.faces[t];
      n.mark === _r && e.push(n);
    }
    return this.faces = e, this;
  }
  // Finds the next vertex to create faces with the current hull
  nextVertexToAdd() {
    if (this.assigned.isEmpty() === !1) {
      let e, t = 0;
      const n = this.assigned.first().face;
      let i = n.outside;
      do {
        const s = n.distanceToPoint(i.point);
        s > t && (t = s, e = i), i = i.next;
      } while (i !== null && i.face === n);
      return e;
    }
  }
  // Computes a chain of half edges in CCW order called the 'horizon'.
  // For an edge to be part of the horizon it must join a face that can see
  // 'eyePoint' and a face that cannot see 'eyePoint'.
  computeHorizon(e, t, n, i) {
    this.deleteFaceVertices(n), n.mark = Kv;
    let s;
    t === null ? s = t = n.getEdge(0) : s = t.next;
    do {
      const o = s.twin, a = o.face;
      a.mark === _r && (a.distanceToPoint(e) > this.tolerance ? this.computeHorizon(e, o, a, i) : i.push(s)), s = s.next;
    } while (s !== t);
    return this;
  }
  // Creates a face with the vertices 'eyeVertex.point', 'horizonEdge.tail' and 'horizonEdge.head' in CCW order
  addAdjoiningFace(e, t) {
    const n = Ft.create(e, t.tail(), t.head());
    return this.faces.push(n), n.getEdge(-1).setTwin(t.twin), n.getEdge(0);
  }
  //  Adds 'horizon.length' faces to the hull, each face will be linked with the
  //  horizon opposite face and the face on the left/right
  addNewFaces(e, t) {
    this.newFaces = [];
    let n = null, i = null;
    for (let s = 0; s < t.length; s++) {
      const o = t[s], a = this.addAdjoiningFace(e, o);
      n === null ? n = a : a.next.setTwin(i), this.newFaces.push(a.face), i = a;
    }
    return n.next.setTwin(i), this;
  }
  // Adds a vertex to the hull
  addVertexToHull(e) {
    const t = [];
    return this.unassigned.clear(), this.removeVertexFromFace(e, e.face), this.computeHorizon(e.point, null, e.face, t), this.addNewFaces(e, t), this.resolveUnassignedPoints(this.newFaces), this;
  }
  cleanup() {
    return this.assigned.clear(), this.unassigned.clear(), this.newFaces = [], this;
  }
  compute() {
    let e;
    for (this.computeInitialHull(); (e = this.nextVertexToAdd()) !== void 0; )
      this.addVertexToHull(e);
    return this.reindexFaces(), this.cleanup(), this;
  }
}
class Ft {
  constructor() {
    this.normal = new M(), this.midpoint = new M(), this.area = 0, this.constant = 0, this.outside = null, this.mark = _r, this.edge = null;
  }
  static create(e, t, n) {
    const i = new Ft(), s = new ko(e, i), o = new ko(t, i), a = new ko(n, i);
    return s.next = a.prev = o, o.next = s.prev = a, a.next = o.prev = s, i.edge = s, i.compute();
  }
  getEdge(e) {
    let t = this.edge;
    for (; e > 0; )
      t = t.next, e--;
    for (; e < 0; )
      t = t.prev, e++;
    return t;
  }
  compute() {
    const e = this.edge.tail(), t = this.edge.head(), n = this.edge.next.head();
    return pr.set(e.point, t.point, n.point), pr.getNormal(this.normal), pr.getMidpoint(this.midpoint), this.area = pr.getArea(), this.constant = this.normal.dot(this.midpoint), this;
  }
  distanceToPoint(e) {
    return this.normal.dot(e) - this.constant;
  }
}
class ko {
  constructor(e, t) {
    this.vertex = e, this.prev = null, this.next = null, this.twin = null, this.face = t;
  }
  head() {
    return this.vertex;
  }
  tail() {
    return this.prev ? this.prev.vertex : null;
  }
  length() {
    const e = this.head(), t = this.tail();
    return t !== null ? t.point.distanceTo(e.point) : -1;
  }
  lengthSquared() {
    const e = this.head(), t = this.tail();
    return t !== null ? t.point.distanceToSquared(e.point) : -1;
  }
  setTwin(e) {
    return this.twin = e, e.twin = this, this;
  }
}
class ex {
  constructor(e) {
    this.point = e, this.prev = null, this.next = null, this.face = null;
  }
}
class ch {
  constructor() {
    this.head = null, this.tail = null;
  }
  first() {
    return this.head;
  }
  last() {
    return this.tail;
  }
  clear() {
    return this.head = this.tail = null, this;
  }
  // Inserts a vertex before the target vertex
  insertBefore(e, t) {
    return t.prev = e.prev, t.next = e, t.prev === null ? this.head = t : t.prev.next = t, e.prev = t, this;
  }
  // Inserts a vertex after the target vertex
  insertAfter(e, t) {
    return t.prev = e, t.next = e.next, t.next === null ? this.tail = t : t.next.prev = t, e.next = t, this;
  }
  // Appends a vertex to the end of the linked list
  append(e) {
    return this.head === null ? this.head = e : this.tail.next = e, e.prev = this.tail, e.next = null, this.tail = e, this;
  }
  // Appends a chain of vertices where 'vertex' is the head.
  appendChain(e) {
    for (this.head === null ? this.head = e : this.tail.next = e, e.prev = this.tail; e.next !== null; )
      e = e.next;
    return this.tail = e, this;
  }
  // Removes a vertex from the linked list
  remove(e) {
    return e.prev === null ? this.head = e.next : e.prev.next = e.next, e.next === null ? this.tail = e.prev : e.next.prev = e.prev, this;
  }
  // Removes a list of vertices whose 'head' is 'a' and whose 'tail' is b
  removeSubList(e, t) {
    return e.prev === null ? this.head = t.next : e.prev.next = t.next, t.next === null ? this.tail = e.prev : t.next.prev = e.prev, this;
  }
  isEmpty() {
    return this.head === null;
  }
}
class fa extends Be {
  constructor(e = []) {
    super();
    const t = [], n = [];
    lh === void 0 && console.error("THREE.ConvexBufferGeometry: ConvexBufferGeometry relies on ConvexHull");
    const s = new lh().setFromPoints(e).faces;
    for (let o = 0; o < s.length; o++) {
      const a = s[o];
      let l = a.edge;
      do {
        const c = l.head().point;
        t.push(c.x, c.y, c.z), n.push(a.normal.x, a.normal.y, a.normal.z), l = l.next;
      } while (l !== a.edge);
    }
    this.setAttribute("position", new De(t, 3)), this.setAttribute("normal", new De(n, 3));
  }
}
function Vr(r, e, t, n, i, s) {
  Be.call(this), this.type = "RadiusTubeBufferGeometry", this.parameters = {
    path: r,
    tubularSegments: e,
    radius: t,
    radialSegments: n,
    closed: i
  }, e = e || 64, t = t || 1, n = n || 8, i = i || !1;
  var o = r.computeFrenetFrames(e, i);
  this.tangents = o.tangents, this.normals = o.normals, this.binormals = o.binormals;
  var a = new M(), l = new M(), c = new K(), h = new M(), u, d, f = [], g = [], p = [], m = [];
  y(), this.setIndex(m), this.setAttribute("position", new De(f, 3)), this.setAttribute("normal", new De(g, 3)), this.setAttribute("uv", new De(p, 2));
  function y() {
    for (u = 0; u < e; u++)
      _(u);
    _(i === !1 ? e : 0), w(), S();
  }
  function _(x) {
    h = r.getPointAt(x / e, h);
    var L = o.normals[x], D = o.binormals[x];
    for (d = 0; d <= n; d++) {
      var T = d / n * Math.PI * 2, N = Math.sin(T), P = -Math.cos(T);
      l.x = P * L.x + N * D.x, l.y = P * L.y + N * D.y, l.z = P * L.z + N * D.z, l.normalize(), g.push(l.x, l.y, l.z), a.x = h.x + s(t, x) * l.x, a.y = h.y + s(t, x) * l.y, a.z = h.z + s(t, x) * l.z, f.push(a.x, a.y, a.z);
    }
  }
  function S() {
    for (d = 1; d <= e; d++)
      for (u = 1; u <= n; u++) {
        var x = (n + 1) * (d - 1) + (u - 1), L = (n + 1) * d + (u - 1), D = (n + 1) * d + u, T = (n + 1) * (d - 1) + u;
        m.push(x, L, T), m.push(L, D, T);
      }
  }
  function w() {
    for (u = 0; u <= e; u++)
      for (d = 0; d <= n; d++)
        c.x = u / e, c.y = d / n, p.push(c.x, c.y);
  }
}
Vr.prototype = Object.create(Be.prototype);
Vr.prototype.constructor = Na;
Vr.prototype.toJSON = function() {
  var r = Be.prototype.toJSON.call(this);
  return r.path = this.parameters.path.toJSON(), r;
};
function tx(r) {
  r instanceof $e && (r.geometry && r.geometry.dispose(), r.material && (Array.isArray(r.material) ? r.material : [r.material]).forEach((t) => {
    t.map && t.map.dispose(), t.lightMap && t.lightMap.dispose(), t.bumpMap && t.bumpMap.dispose(), t.normalMap && t.normalMap.dispose(), t.specularMap && t.specularMap.dispose(), t.envMap && t.envMap.dispose(), t.alphaMap && t.alphaMap.dispose(), t.aoMap && t.aoMap.dispose(), t.displacementMap && t.displacementMap.dispose(), t.emissiveMap && t.emissiveMap.dispose(), t.gradientMap && t.gradientMap.dispose(), t.metalnessMap && t.metalnessMap.dispose(), t.roughnessMap && t.roughnessMap.dispose(), t.dispose();
  }));
}
function Li(r) {
  r.children.forEach((e) => {
    Li(e), tx(e);
  });
}
function nx(r, e, t) {
  return new K(e / r.width * 2 - 1, -(t / r.height) * 2 + 1);
}
function ix(r, e, t) {
  e = e.clone();
  const n = e.project(t);
  return n.x = (n.x + 1) / 2 * r.width, n.y = -(n.y - 1) / 2 * r.height, n;
}
function sx(r, e, t, n) {
  return e = e.clone(), n && (e.x = e.x + n.x < 0 ? e.x - n.x : e.x + n.x, e.y = e.y + n.y < 0 ? e.y - n.y : e.y + n.y), e.x = e.x / r.width * 2 - 1, e.y = -(e.y / r.height) * 2 + 1, e.unproject(t);
}
class rx {
  constructor() {
    this.objectRegistry = {};
  }
  clear() {
    this.objectRegistry = {};
  }
  addToObjectRegisty(e) {
    this.objectRegistry[e.uuid] = e;
  }
  deleteObject(e) {
    this.registryHasObject(e) || console.warn("Object does not exits"), delete this.objectRegistry[e.uuid];
  }
  registryHasObject(e) {
    return !!this.objectRegistry[e.uuid];
  }
  getObjectFromRegistry(e) {
    return this.objectRegistry[e] || console.warn("Non existent object", e), this.objectRegistry[e];
  }
}
function Uo(r) {
  const e = [];
  return r.forEach((t) => {
    Array.isArray(t) ? t.forEach((n) => e.push(n)) : e.push(t);
  }), e;
}
const hh = "#000000", uh = "#2c3c54", ox = "#52afb0";
class ax extends kr {
  // let's suppose we use a spline, we'll need to derive the parts from
  // the length of the vector array
  constructor(e, t, n) {
    super(e, t, n), this.delta = 0, this.parts = 2;
  }
  setPart(e) {
    e >= this.parts && console.error("Part index is too high :", e, ".Curve has:", this.parts, " parts"), this.delta = 1 / this.parts * e;
  }
  getPoint(e, t) {
    return super.getPoint(this.delta + e / this.parts);
  }
}
class lx {
  constructor(e) {
    this.settings = e;
  }
  validateRadiusArrays({ radiusTop: e, radiusBottom: t, positionPairs: n }) {
    if (!Array.isArray(t)) {
      console.error("radiusBottom is not an array", t);
      return;
    }
    e.length !== t.length && console.error("radiusTop/Bottom arrays have different length"), (e.length !== n.length || t.length !== n.length) && console.warn(
      "radiusTop/Bottom length does not match positions array, will fallback to radius for missing values"
    );
  }
  makeBezierTube(e, t) {
    return e.controlPoints.forEach(
      (n) => {
        const i = n.map((a) => new M(...a)), s = new ax(...i), o = n.length - 1;
        for (let a = 0; a < o; a++) {
          s.setPart(a);
          const l = e.radius[a], c = e.radius[a + 1], h = new Vr(
            s,
            Kc,
            l,
            Pv,
            !1,
            (u, d) => u + (c - l) * (d / Kc)
          );
          t.add(
            new $e(h, this.makeMaterial(e.color[a], e.animate))
          );
        }
      }
    ), t;
  }
  makeCylinders(e, t) {
    const { radius: n = 1, radiusTop: i, radiusBottom: s, color: o } = e, a = Array.isArray(i);
    a && this.validateRadiusArrays(e);
    const l = Array.isArray(o), c = this.getCylinderGeometry(n, i, s), h = this.makeMaterial(o, e.animate), u = new M(0, 1, 0), d = new Ke();
    return e.positionPairs.forEach((f, g) => {
      const p = a ? this.getCylinderGeometry(n, i[g], s[g]) : c, m = l && h instanceof vs ? h.clone() : h;
      l && (h.color = new pe(o[g]));
      const y = new $e(p, m), _ = new M(...f[0]), w = new M(...f[1]).sub(_);
      y.scale.y = w.length();
      const x = _.add(w.clone().multiplyScalar(0.5));
      y.position.set(x.x, x.y, x.z), d.setFromUnitVectors(u, w.normalize()), y.setRotationFromQuaternion(d), t.add(y);
    }), t;
  }
  makeLine(e, t) {
    const n = new De(Uo(e.positions), 3), i = new Be();
    i.setAttribute("position", n);
    let s;
    e.dashSize || e.scale || e.gapSize ? s = new Er({
      color: e.color || hh,
      linewidth: e.line_width || 1,
      scale: e.scale || 1,
      dashSize: e.dashSize || 3,
      gapSize: e.gapSize || 1
    }) : s = new Dt({
      color: e.color || uh,
      linewidth: e.line_width || 1
    });
    const o = new Ln(i, s);
    return (e.dashSize || e.scale || e.gapSize) && o.computeLineDistances(), t.add(o), t;
  }
  makeCube(e, t) {
    const n = e.width * this.settings.sphereScale, i = new Ui(n, n, n), s = this.makeMaterial(e.color, e.animate);
    return e.positions.forEach((o) => {
      const a = new $e(i, s);
      a.position.set(...o), t.add(a);
    }), t;
  }
  makeSurfaces(e, t) {
    const n = new De(Uo(e.positions), 3), i = new Be();
    i.setAttribute("position", n);
    const s = e.opacity || this.settings.defaultSurfaceOpacity, o = this.makeMaterial(e.color, e.animate, s);
    if (e.normals) {
      const l = new De(Uo(e.normals), 3);
      i.setAttribute("normal", l);
    } else
      i.computeVertexNormals(), o.side = dn;
    s && (o.transparent = !0, o.depthWrite = !1);
    const a = new $e(i, o);
    return t.add(a), t;
  }
  makeConvex(e, t) {
    const n = e.positions.map((h) => new M(...h)), i = new fa(n), s = e.opacity || this.settings.defaultSurfaceOpacity, o = this.makeMaterial(e.color, e.animate, s);
    s && (o.transparent = !0, o.depthWrite = !1);
    const a = new $e(i, o);
    t.add(a);
    const l = new ra(i), c = new Ln(
      l,
      new Dt({ color: e.color })
    );
    return t.add(c), t;
  }
  getHeadGeometry(e, t) {
    return new La(
      e * this.settings.cylinderScale,
      t * this.settings.cylinderScale,
      this.settings.cylinderSegments
    );
  }
  getCylinderGeometry(e, t, n) {
    return t == null && (t = e), n == null && (n = e), new Ur(
      t * this.settings.cylinderScale,
      n * this.settings.cylinderScale,
      1,
      this.settings.cylinderSegments
    );
  }
  makeArrow(e, t) {
    const { radius: n = 1, radiusTop: i, radiusBottom: s, headLength: o = 2, headWidth: a = 2 } = e, l = this.getCylinderGeometry(n, i, s), c = this.getHeadGeometry(a, o), h = this.makeMaterial(e.color), u = new M(0, 1, 0), d = new Ke();
    return e.positionPairs.forEach((f) => {
      const g = new $e(l, h), p = new M(...f[0]), m = new M(...f[1]), y = new M(...f[1]), _ = m.sub(p);
      g.scale.y = _.length();
      const S = p.add(_.clone().multiplyScalar(0.5));
      g.position.set(S.x, S.y, S.z), d.setFromUnitVectors(u, _.normalize()), g.setRotationFromQuaternion(d), t.add(g);
      const w = new $e(c, h);
      w.position.set(y.x, y.y, y.z), w.setRotationFromQuaternion(d.clone()), t.add(w);
    }), t;
  }
  //Note(chab) we use morphtargets for geometries like cube, convex, beziers
  // objects that are built by scaling and rotating a simple geometry should
  // be animated by interpolating those specific properties
  makeMaterial(e = ox, t = !1, n = 1) {
    const i = Object.assign(this.settings.material.parameters, {
      color: e,
      opacity: n,
      morphTargets: t
    });
    if (this.settings.renderer === ls.SVG)
      return new ki(i);
    switch (this.settings.material.type) {
      case Tu.standard:
        return new vs(i);
      default:
        throw new Error("Unknown material.");
    }
  }
  makeSphere(e, t) {
    const { geom: n, mat: i } = this.getSphereBuffer(
      e.radius * this.settings.sphereScale,
      e.color,
      e.phiStart,
      e.phiEnd
    );
    return e.positions.forEach((s) => {
      const o = new $e(n, i);
      return o.position.set(...s), t.add(o), o;
    }), t;
  }
  makeLabel(e, t) {
    const n = document.createElement("div");
    if (n.className = "tooltip", n.textContent = e.label, e.hoverLabel) {
      const s = document.createElement("span");
      s.textContent = e.hoverLabel, s.className = "tooltiptext", n.appendChild(s);
    }
    const i = new Va(n);
    return t.add(i), t;
  }
  makeEllipsoids(e, t) {
    const { geom: n, mat: i } = this.getSphereBuffer(
      this.settings.sphereScale,
      e.color,
      e.phiStart,
      e.phiEnd
    ), s = e.positions.map((l) => {
      const c = new $e(n, i);
      return c.position.set(...l), c.scale.set(...e.scale), c;
    }), o = new M(0, 0, 1), a = new Ke();
    return e.rotate_to && e.rotate_to.forEach((l, c) => {
      const h = new M(...l);
      a.setFromUnitVectors(o, h.normalize()), s[c].setRotationFromQuaternion(a);
    }), s.forEach((l) => t.add(l)), t;
  }
  makeObject(e, t) {
    switch (e.type) {
      case rt.SPHERES:
        return this.makeSphere(e, t);
      case rt.BEZIER:
        return this.makeBezierTube(e, t);
      case rt.ELLIPSOIDS:
        return this.makeEllipsoids(e, t);
      case rt.CYLINDERS:
        return this.makeCylinders(e, t);
      case rt.CUBES:
        return this.makeCube(e, t);
      case rt.LINES:
        return this.makeLine(e, t);
      case rt.SURFACES:
        return this.makeSurfaces(e, t);
      case rt.CONVEX:
        return this.makeConvex(e, t);
      case rt.ARROWS:
        return this.makeArrow(e, t);
      case rt.LABEL:
        return this.makeLabel(e, t);
      default:
        return t;
    }
  }
  getSphereGeometry(e, t, n) {
    return new Da(
      e,
      this.settings.sphereSegments,
      this.settings.sphereSegments,
      t || 0,
      n || Math.PI * 2
    );
  }
  getSphereBuffer(e, t, n, i) {
    const s = this.getSphereGeometry(e, n, i), o = this.makeMaterial(t, !1);
    return { geom: s, mat: o };
  }
  makeLights(e) {
    const t = new ze();
    return t.name = "lights", e.forEach((n) => {
      let i;
      switch (n.type) {
        case vr.DirectionalLight:
          i = new ha(...n.args);
          break;
        case vr.AmbientLight:
          i = new ua(...n.args);
          break;
        case vr.HemisphereLight:
          i = new ca(...n.args);
          break;
        default:
          throw new Error("Unknown light.");
      }
      n.position && i.position.set(...n.position), t.add(i);
    }), t;
  }
  makeLightsHelper(e) {
    const t = new ze();
    return e.reduce((n, i) => {
      switch (i.constructor) {
        case ha:
          n.add(new Jy(i, 1));
          break;
        case ua:
          break;
        case ca:
          n.add(new Zy(i, 1));
          break;
        default:
          console.error("Unknown light type.");
          break;
      }
      return n;
    }, t);
  }
  // object updates
  updateSphereCenter(e, t, n, i) {
    e.children[i].position.set(...n);
  }
  updateSphereColor(e, t, n) {
    e.children.forEach((i) => {
      const s = i.material;
      s.color = new pe(n);
    });
  }
  updateConvexColor(e, t, n) {
    e.children.forEach((i) => {
      i.material.color = new pe(n);
    });
  }
  updateConvexEdges(e, t, n) {
    const i = n.map((a) => new M(...a)), s = new fa(i), o = new ra(s);
    e.children[0].geometry.dispose(), e.children[1].geometry.dispose(), e.children[0].geometry = s, e.children[1].geometry = o;
  }
  updateSphereRadius(e, t, n) {
    const i = e.children[0].geometry, s = i.parameters.phiStart, o = i.parameters.phiLength, a = this.getSphereGeometry(n, s, o);
    e.children.forEach((l) => {
      l.geometry.dispose(), l.geometry = a;
    });
  }
  // TODO(chab) merge the two below methods
  // arrow width
  updateHeadWidth(e, t, n) {
    const i = this.getHeadGeometry(n, t.headWidth);
    t.positionPairs.forEach((s, o) => {
      const a = o * 2 + 1, l = e.children[a];
      l.geometry.dispose(), l.geometry = i;
    });
  }
  // arrow length
  updateHeadLength(e, t, n) {
    const i = this.getHeadGeometry(t.headWidth, n);
    t.positionPairs.forEach((s, o) => {
      const a = o * 2 + 1, l = e.children[a];
      l.geometry.dispose(), l.geometry = i;
    });
  }
  updateArrowColor(e, t, n) {
    e.children.forEach((i) => {
      i.material.color = new pe(n);
    });
  }
  updateArrowRadius(e, t, n) {
    const i = this.getCylinderGeometry(n);
    t.positionPairs.forEach((s, o) => {
      const a = o * 2, l = e.children[a];
      l.geometry.dispose(), l.geometry = i;
    });
  }
  //TODO(chab) check if positions are different, update the whole mesh
  // OR let pass the index so we know what to update
  updateArrowpositionPair(e, t) {
    e.positionPairs.forEach((n) => {
    });
  }
  updateLineSegments(e, t, n) {
    const i = new De(n, 3), s = new Be();
    s.setAttribute("position", i);
    const o = e.children[0];
    o.geometry = s;
  }
  updateLineStyle(e, t, n, i, s, o, a) {
    const l = e.children[0];
    let c;
    t.dashSize || t.scale || t.gapSize || o || s || a ? c = new Er({
      color: n || t.color || hh,
      linewidth: i || t.line_width || 1,
      scale: s || t.scale || 1,
      dashSize: o || t.dashSize || 3,
      gapSize: a || t.gapSize || 1
    }) : c = new Dt({
      color: n || t.color || uh,
      linewidth: i || t.line_width || 1
    }), l.material = c, (t.dashSize || t.scale || t.gapSize || o || s || a) && l.computeLineDistances();
  }
  // generic
  updateScale(e, t) {
  }
  // cylinder, see arrows
  updateCylinderPositionPair(e, t, n, i) {
    const s = e.children[i], { scale: o, position: a, quaternion: l } = this.getCylinderInfo(n);
    s.position.set(...a), s.scale.y = o, s.setRotationFromQuaternion(l);
  }
  getCylinderInfo(e) {
    const t = new M(...e[0]), i = new M(...e[1]).sub(t), s = i.length(), o = t.add(i.clone().multiplyScalar(0.5)), a = new Ke(), l = new M(0, 1, 0);
    return a.setFromUnitVectors(l, i.normalize()), {
      scale: s,
      position: [o.x, o.y, o.z],
      quaternion: a
    };
  }
  //TODO(chab) can be refactored with the sphere
  updateCylinderRadius(e, t, n) {
    const i = this.getCylinderGeometry(n);
    e.children.forEach((s) => {
      s.geometry.dispose(), s.geometry = i;
    });
  }
  updateCylinderColor(e, t, n) {
    e.children.forEach((i) => {
      const s = i.material;
      s.color = new pe(n);
    });
  }
}
function Ru(r) {
  const e = new Or();
  return r.transparentBackground || (e.background = new pe(r.background)), e;
}
var xi = /* @__PURE__ */ ((r) => (r.NW = "NW", r.NE = "NE", r.SE = "SE", r.SW = "SW", r.HIDDEN = "HIDDEN", r))(xi || {});
const cx = 0.07, hx = 0.24, ux = 0.14, dh = 50, fh = 130;
class dx {
  constructor(e, t, n, i, s, o, a = fh, l = fh, c = 0) {
    this.detailedObject = e, this.axisJson = t, this.origin = i, this.cameraToFollow = s, this.threebuilder = o, this.insetWidth = a, this.insetHeight = l, this.insetPadding = c, this.axisPadding = 0, this.axis = this.detailedObject, this.insetCamera = new Ni(-4, 4, 4, -4, -10, 10), this.frontRotation = this.cameraToFollow.rotation.clone(), this.scene = Ru({ transparentBackground: !0, background: "#ffffff" });
    const h = n.getObjectByName("lights");
    h ? this.scene.add(h.clone(!0)) : console.warn("no lights in base scene"), this.detailedObject && (this.scene.add(this.detailedObject), this.setup(), this.helper = new Ky(this.insetCamera), this.helper.update());
  }
  setup() {
    if (!this.detailedObject) {
      console.warn("setup should not be called if no detailedObject is there");
      return;
    }
    const e = new vt().setFromObject(this.detailedObject), t = Math.max(
      e.max.x - e.min.x,
      e.max.y - e.min.y,
      e.max.z - e.min.z
    ), [n, i, s] = this.origin;
    this.insetCamera.position.set(n, i, s), this.insetCamera.left = this.insetCamera.bottom = this.insetCamera.near = -t, this.insetCamera.right = this.insetCamera.top = this.insetCamera.far = t, this.insetCamera.rotation.set(
      this.frontRotation.x,
      this.frontRotation.y,
      this.frontRotation.z,
      this.frontRotation.order
    ), this.insetCamera.zoom = 1, this.insetCamera.updateProjectionMatrix();
  }
  setAxis(e, t) {
    this.axis = e, this.axisJson = t;
  }
  makeObject(e) {
    const t = new ze();
    return this.threebuilder.makeObject(e, t);
  }
  updateViewportsize(e, t) {
    if (!e || !t) {
      console.warn("fallback to default settings when resizing");
      return;
    }
    this.insetPadding = t, e < dh && (e = dh), e != this.insetHeight && (this.insetWidth = this.insetHeight = e, this.setup());
  }
  showObject(e) {
    const t = new ze();
    t.add(
      ...e.map((n) => {
        const i = n.clone();
        return i.matrixAutoUpdate = !1, i;
      })
    ), this.updateSelectedObject(t, {});
  }
  showAxis() {
    this.detailedObject !== this.axis && this.updateSelectedObject(this.axis, this.axisJson);
  }
  updateSelectedObject(e, t) {
    if (this.scene.remove(this.detailedObject), this.detailedObject = e, this.scene.add(this.detailedObject), t.origin)
      this.origin = t.origin;
    else {
      const n = new vt().setFromObject(this.detailedObject);
      let i = new M();
      n.getCenter(i), i = e.localToWorld(i), this.origin = [i.x, i.y, i.z];
    }
    this.setup();
  }
  render(e, [t, n]) {
    e instanceof Ve && this.detailedObject && (e.setScissorTest(!0), e.setScissor(t, n, this.insetWidth, this.insetHeight), e.setViewport(t, n, this.insetWidth, this.insetHeight), this.insetCamera.rotation.copy(this.cameraToFollow.rotation), this.insetCamera.updateProjectionMatrix(), e.render(this.scene, this.insetCamera), e.clearDepth(), e.setScissorTest(!1));
  }
  getPadding() {
    return this.insetPadding;
  }
  getSize() {
    return this.insetWidth;
  }
  onDestroy() {
    Li(this.scene), this.cameraToFollow = null, this.insetCamera = null, this.detailedObject = null;
  }
  // TODO(chab) let's do something simple like having a width of 5 px
  rescaleAxis() {
    const e = new vt().setFromObject(this.detailedObject);
    let t = new M(
      (e.min.x + e.max.x) / 2,
      (e.min.y + e.max.y) / 2,
      (e.min.z + e.max.z) / 2
    ), n = new M(
      (e.max.x - e.min.x) / 2,
      (e.max.y - e.min.y) / 2,
      (e.max.z - e.min.z) / 2
    );
    t.clone().add(new M(-n.x, -n.y, -n.z)).project(this.insetCamera), t.clone().add(new M(n.x, -n.y, n.z)).project(this.insetCamera);
    const i = new M();
    e.getSize(i), i.project(this.insetCamera);
    const o = Math.max(i.x, i.y, i.z) / 2 * this.insetWidth, a = (this.insetWidth / 2 - this.axisPadding * 2) / o, l = cx * (a / 1.5), c = hx * (a / 1.5), h = ux * (a / 1.5);
    this.axisJson.contents = this.axisJson.contents.map((u) => ({ ...u, radius: l, headLength: c, headWidth: h })), this.detailedObject.remove(
      this.detailedObject.children[0],
      this.detailedObject.children[1],
      this.detailedObject.children[2]
    ), this.detailedObject.add(
      this.makeObject(this.axisJson.contents[0]),
      this.makeObject(this.axisJson.contents[1]),
      this.makeObject(this.axisJson.contents[2])
    );
  }
}
class fx {
}
class px {
  constructor(e, t = {}) {
    this.enabled = !0;
    const n = t.defaultThickness !== void 0 ? t.defaultThickness : 3e-3, i = new pe().fromArray(t.defaultColor !== void 0 ? t.defaultColor : [0, 0, 0]), s = t.defaultAlpha !== void 0 ? t.defaultAlpha : 1, o = t.defaultKeepAlive !== void 0 ? t.defaultKeepAlive : !1, a = {}, l = 60, c = {}, h = {}, u = {
      outlineThickness: { value: n },
      outlineColor: { value: i },
      outlineAlpha: { value: s }
    }, d = [
      "#include <common>",
      "#include <uv_pars_vertex>",
      "#include <displacementmap_pars_vertex>",
      "#include <fog_pars_vertex>",
      "#include <morphtarget_pars_vertex>",
      "#include <skinning_pars_vertex>",
      "#include <logdepthbuf_pars_vertex>",
      "#include <clipping_planes_pars_vertex>",
      "uniform float outlineThickness;",
      "vec4 calculateOutline( vec4 pos, vec3 normal, vec4 skinned ) {",
      "	float thickness = outlineThickness;",
      "	const float ratio = 1.0;",
      // TODO: support outline thickness ratio for each vertex
      "	vec4 pos2 = projectionMatrix * modelViewMatrix * vec4( skinned.xyz + normal, 1.0 );",
      // NOTE: subtract pos2 from pos because BackSide objectNormal is negative
      "	vec4 norm = normalize( pos - pos2 );",
      "	return pos + norm * thickness * pos.w * ratio;",
      "}",
      "void main() {",
      "	#include <uv_vertex>",
      "	#include <beginnormal_vertex>",
      "	#include <morphnormal_vertex>",
      "	#include <skinbase_vertex>",
      "	#include <skinnormal_vertex>",
      "	#include <begin_vertex>",
      "	#include <morphtarget_vertex>",
      "	#include <skinning_vertex>",
      "	#include <displacementmap_vertex>",
      "	#include <project_vertex>",
      "	vec3 outlineNormal = - objectNormal;",
      // the outline material is always rendered with BackSide
      "	gl_Position = calculateOutline( gl_Position, outlineNormal, vec4( transformed, 1.0 ) );",
      "	#include <logdepthbuf_vertex>",
      "	#include <clipping_planes_vertex>",
      "	#include <fog_vertex>",
      "}"
    ].join(`
`), f = [
      "#include <common>",
      "#include <fog_pars_fragment>",
      "#include <logdepthbuf_pars_fragment>",
      "#include <clipping_planes_pars_fragment>",
      "uniform vec3 outlineColor;",
      "uniform float outlineAlpha;",
      "void main() {",
      "	#include <clipping_planes_fragment>",
      "	#include <logdepthbuf_fragment>",
      "	gl_FragColor = vec4( outlineColor, outlineAlpha );",
      "	#include <tonemapping_fragment>",
      "	#include <encodings_fragment>",
      "	#include <fog_fragment>",
      "	#include <premultiplied_alpha_fragment>",
      "}"
    ].join(`
`);
    function g() {
      return new Rt({
        type: "OutlineEffect",
        uniforms: Ih.merge([
          ve.fog,
          ve.displacementmap,
          u
        ]),
        vertexShader: d,
        fragmentShader: f,
        side: It
      });
    }
    function p(T) {
      let N = a[T.uuid];
      return N === void 0 && (N = {
        material: g(),
        used: !0,
        keepAlive: o,
        count: 0
      }, a[T.uuid] = N), N.used = !0, N.material;
    }
    function m(T) {
      const N = p(T);
      return c[N.uuid] = T, L(N, T), N;
    }
    function y(T) {
      const N = T.geometry;
      let P = !1;
      return T.geometry !== void 0 && (N.isBufferGeometry ? P = N.attributes.normal !== void 0 : P = !0), T.isMesh === !0 && T.material !== void 0 && P === !0;
    }
    function _(T) {
      if (y(T) !== !1) {
        if (Array.isArray(T.material))
          for (let N = 0, P = T.material.length; N < P; N++)
            T.material[N] = m(T.material[N]);
        else
          T.material = m(T.material);
        h[T.uuid] = T.onBeforeRender, T.onBeforeRender = w;
      }
    }
    function S(T) {
      if (y(T) !== !1) {
        if (Array.isArray(T.material))
          for (let N = 0, P = T.material.length; N < P; N++)
            T.material[N] = c[T.material[N].uuid];
        else
          T.material = c[T.material.uuid];
        T.onBeforeRender = h[T.uuid];
      }
    }
    function w(T, N, P, b, R) {
      const $ = c[R.uuid];
      $ !== void 0 && x(R, $);
    }
    function x(T, N) {
      const P = N.userData.outlineParameters;
      T.uniforms.outlineAlpha.value = N.opacity, P !== void 0 && (P.thickness !== void 0 && (T.uniforms.outlineThickness.value = P.thickness), P.color !== void 0 && T.uniforms.outlineColor.value.fromArray(P.color), P.alpha !== void 0 && (T.uniforms.outlineAlpha.value = P.alpha)), N.displacementMap && (T.uniforms.displacementMap.value = N.displacementMap, T.uniforms.displacementScale.value = N.displacementScale, T.uniforms.displacementBias.value = N.displacementBias);
    }
    function L(T, N) {
      if (T.name === "invisible") return;
      const P = N.userData.outlineParameters;
      T.fog = N.fog, T.toneMapped = N.toneMapped, T.premultipliedAlpha = N.premultipliedAlpha, T.displacementMap = N.displacementMap, P !== void 0 ? (N.visible === !1 ? T.visible = !1 : T.visible = P.visible !== void 0 ? P.visible : !0, T.transparent = P.alpha !== void 0 && P.alpha < 1 ? !0 : N.transparent, P.keepAlive !== void 0 && (a[N.uuid].keepAlive = P.keepAlive)) : (T.transparent = N.transparent, T.visible = N.visible), (N.wireframe === !0 || N.depthTest === !1) && (T.visible = !1), N.clippingPlanes && (T.clipping = !0, T.clippingPlanes = N.clippingPlanes, T.clipIntersection = N.clipIntersection, T.clipShadows = N.clipShadows), T.version = N.version;
    }
    function D() {
      let T;
      T = Object.keys(c);
      for (let N = 0, P = T.length; N < P; N++)
        c[T[N]] = void 0;
      T = Object.keys(h);
      for (let N = 0, P = T.length; N < P; N++)
        h[T[N]] = void 0;
      T = Object.keys(a);
      for (let N = 0, P = T.length; N < P; N++) {
        const b = T[N];
        a[b].used === !1 ? (a[b].count++, a[b].keepAlive === !1 && a[b].count > l && delete a[b]) : (a[b].used = !1, a[b].count = 0);
      }
    }
    this.render = function(T, N) {
      let P, b = !1;
      if (arguments[2] !== void 0 && (console.warn("THREE.OutlineEffect.render(): the renderTarget argument has been removed. Use .setRenderTarget() instead."), P = arguments[2]), arguments[3] !== void 0 && (console.warn("THREE.OutlineEffect.render(): the forceClear argument has been removed. Use .clear() instead."), b = arguments[3]), P !== void 0 && e.setRenderTarget(P), b && e.clear(), this.enabled === !1) {
        e.render(T, N);
        return;
      }
      const R = e.autoClear;
      e.autoClear = this.autoClear, e.render(T, N), e.autoClear = R, this.renderOutline(T, N);
    }, this.renderOutline = function(T, N) {
      const P = e.autoClear, b = T.autoUpdate, R = T.background, $ = e.shadowMap.enabled;
      T.autoUpdate = !1, T.background = null, e.autoClear = !1, e.shadowMap.enabled = !1, T.traverse(_), e.render(T, N), T.traverse(S), D(), T.autoUpdate = b, T.background = R, e.autoClear = P, e.shadowMap.enabled = $;
    }, this.autoClear = e.autoClear, this.domElement = e.domElement, this.shadowMap = e.shadowMap, this.clear = function(T, N, P) {
      e.clear(T, N, P);
    }, this.getPixelRatio = function() {
      return e.getPixelRatio();
    }, this.setPixelRatio = function(T) {
      e.setPixelRatio(T);
    }, this.getSize = function(T) {
      return e.getSize(T);
    }, this.setSize = function(T, N, P) {
      e.setSize(T, N, P);
    }, this.setViewport = function(T, N, P, b) {
      e.setViewport(T, N, P, b);
    }, this.setScissor = function(T, N, P, b) {
      e.setScissor(T, N, P, b);
    }, this.setScissorTest = function(T) {
      e.setScissorTest(T);
    }, this.setRenderTarget = function(T) {
      e.setRenderTarget(T);
    };
  }
}
const Fo = { type: "change" }, Ho = { type: "start" }, Vo = { type: "end" };
class mx extends pn {
  constructor(e, t) {
    super(), t === void 0 && console.warn('THREE.TrackballControls: The second parameter "domElement" is now mandatory.'), t === document && console.error('THREE.TrackballControls: "document" should not be used as the target "domElement". Please use "renderer.domElement" instead.');
    const n = this, i = { NONE: -1, ROTATE: 0, ZOOM: 1, PAN: 2, TOUCH_ROTATE: 3, TOUCH_ZOOM_PAN: 4 };
    this.object = e, this.domElement = t, this.domElement.style.touchAction = "none", this.enabled = !0, this.screen = { left: 0, top: 0, width: 0, height: 0 }, this.rotateSpeed = 1, this.zoomSpeed = 1.2, this.panSpeed = 0.3, this.noRotate = !1, this.noZoom = !1, this.noPan = !1, this.staticMoving = !1, this.dynamicDampingFactor = 0.2, this.minDistance = 0, this.maxDistance = 1 / 0, this.keys = [
      "KeyA",
      "KeyS",
      "KeyD"
      /*D*/
    ], this.mouseButtons = { LEFT: hn.ROTATE, MIDDLE: hn.DOLLY, RIGHT: hn.PAN }, this.target = new M();
    const s = 1e-6, o = new M();
    let a = 1, l = i.NONE, c = i.NONE, h = 0, u = 0, d = 0;
    const f = new M(), g = new K(), p = new K(), m = new M(), y = new K(), _ = new K(), S = new K(), w = new K(), x = [], L = {};
    this.target0 = this.target.clone(), this.position0 = this.object.position.clone(), this.up0 = this.object.up.clone(), this.zoom0 = this.object.zoom, this.handleResize = function() {
      const j = n.domElement.getBoundingClientRect(), U = n.domElement.ownerDocument.documentElement;
      n.screen.left = j.left + window.pageXOffset - U.clientLeft, n.screen.top = j.top + window.pageYOffset - U.clientTop, n.screen.width = j.width, n.screen.height = j.height;
    };
    const D = (function() {
      const j = new K();
      return function(oe, F) {
        return j.set(
          (oe - n.screen.left) / n.screen.width,
          (F - n.screen.top) / n.screen.height
        ), j;
      };
    })(), T = (function() {
      const j = new K();
      return function(oe, F) {
        return j.set(
          (oe - n.screen.width * 0.5 - n.screen.left) / (n.screen.width * 0.5),
          (n.screen.height + 2 * (n.screen.top - F)) / n.screen.width
          // screen.width intentional
        ), j;
      };
    })();
    this.rotateCamera = (function() {
      const j = new M(), U = new Ke(), oe = new M(), F = new M(), re = new M(), B = new M();
      return function() {
        B.set(p.x - g.x, p.y - g.y, 0);
        let V = B.length();
        V ? (f.copy(n.object.position).sub(n.target), oe.copy(f).normalize(), F.copy(n.object.up).normalize(), re.crossVectors(F, oe).normalize(), F.setLength(p.y - g.y), re.setLength(p.x - g.x), B.copy(F.add(re)), j.crossVectors(B, f).normalize(), V *= n.rotateSpeed, U.setFromAxisAngle(j, V), f.applyQuaternion(U), n.object.up.applyQuaternion(U), m.copy(j), d = V) : !n.staticMoving && d && (d *= Math.sqrt(1 - n.dynamicDampingFactor), f.copy(n.object.position).sub(n.target), U.setFromAxisAngle(m, d), f.applyQuaternion(U), n.object.up.applyQuaternion(U)), g.copy(p);
      };
    })(), this.zoomCamera = function() {
      let j;
      l === i.TOUCH_ZOOM_PAN ? (j = h / u, h = u, n.object.isPerspectiveCamera ? f.multiplyScalar(j) : n.object.isOrthographicCamera ? (n.object.zoom /= j, n.object.updateProjectionMatrix()) : console.warn("THREE.TrackballControls: Unsupported camera type")) : (j = 1 + (_.y - y.y) * n.zoomSpeed, j !== 1 && j > 0 && (n.object.isPerspectiveCamera ? f.multiplyScalar(j) : n.object.isOrthographicCamera ? (n.object.zoom /= j, n.object.updateProjectionMatrix()) : console.warn("THREE.TrackballControls: Unsupported camera type")), n.staticMoving ? y.copy(_) : y.y += (_.y - y.y) * this.dynamicDampingFactor);
    }, this.panCamera = (function() {
      const j = new K(), U = new M(), oe = new M();
      return function() {
        if (j.copy(w).sub(S), j.lengthSq()) {
          if (n.object.isOrthographicCamera) {
            const re = (n.object.right - n.object.left) / n.object.zoom / n.domElement.clientWidth, B = (n.object.top - n.object.bottom) / n.object.zoom / n.domElement.clientWidth;
            j.x *= re, j.y *= B;
          }
          j.multiplyScalar(f.length() * n.panSpeed), oe.copy(f).cross(n.object.up).setLength(j.x), oe.add(U.copy(n.object.up).setLength(j.y)), n.object.position.add(oe), n.target.add(oe), n.staticMoving ? S.copy(w) : S.add(j.subVectors(w, S).multiplyScalar(n.dynamicDampingFactor));
        }
      };
    })(), this.checkDistances = function() {
      (!n.noZoom || !n.noPan) && (f.lengthSq() > n.maxDistance * n.maxDistance && (n.object.position.addVectors(n.target, f.setLength(n.maxDistance)), y.copy(_)), f.lengthSq() < n.minDistance * n.minDistance && (n.object.position.addVectors(n.target, f.setLength(n.minDistance)), y.copy(_)));
    }, this.update = function() {
      f.subVectors(n.object.position, n.target), n.noRotate || n.rotateCamera(), n.noZoom || n.zoomCamera(), n.noPan || n.panCamera(), n.object.position.addVectors(n.target, f), n.object.isPerspectiveCamera ? (n.checkDistances(), n.object.lookAt(n.target), o.distanceToSquared(n.object.position) > s && (n.dispatchEvent(Fo), o.copy(n.object.position))) : n.object.isOrthographicCamera ? (n.object.lookAt(n.target), (o.distanceToSquared(n.object.position) > s || a !== n.object.zoom) && (n.dispatchEvent(Fo), o.copy(n.object.position), a = n.object.zoom)) : console.warn("THREE.TrackballControls: Unsupported camera type");
    }, this.reset = function() {
      l = i.NONE, c = i.NONE, n.target.copy(n.target0), n.object.position.copy(n.position0), n.object.up.copy(n.up0), n.object.zoom = n.zoom0, n.object.updateProjectionMatrix(), f.subVectors(n.object.position, n.target), n.object.lookAt(n.target), n.dispatchEvent(Fo), o.copy(n.object.position), a = n.object.zoom;
    };
    function N(j) {
      n.enabled !== !1 && (x.length === 0 && (n.domElement.setPointerCapture(j.pointerId), n.domElement.addEventListener("pointermove", P), n.domElement.addEventListener("pointerup", b)), Me(j), j.pointerType === "touch" ? ne(j) : X(j));
    }
    function P(j) {
      n.enabled !== !1 && (j.pointerType === "touch" ? Q(j) : G(j));
    }
    function b(j) {
      n.enabled !== !1 && (j.pointerType === "touch" ? ue(j) : q(), Pe(j), x.length === 0 && (n.domElement.releasePointerCapture(j.pointerId), n.domElement.removeEventListener("pointermove", P), n.domElement.removeEventListener("pointerup", b)));
    }
    function R(j) {
      Pe(j);
    }
    function $(j) {
      n.enabled !== !1 && (window.removeEventListener("keydown", $), c === i.NONE && (j.code === n.keys[i.ROTATE] && !n.noRotate ? c = i.ROTATE : j.code === n.keys[i.ZOOM] && !n.noZoom ? c = i.ZOOM : j.code === n.keys[i.PAN] && !n.noPan && (c = i.PAN)));
    }
    function z() {
      n.enabled !== !1 && (c = i.NONE, window.addEventListener("keydown", $));
    }
    function X(j) {
      if (l === i.NONE)
        switch (j.button) {
          case n.mouseButtons.LEFT:
            l = i.ROTATE;
            break;
          case n.mouseButtons.MIDDLE:
            l = i.ZOOM;
            break;
          case n.mouseButtons.RIGHT:
            l = i.PAN;
            break;
        }
      const U = c !== i.NONE ? c : l;
      U === i.ROTATE && !n.noRotate ? (p.copy(T(j.pageX, j.pageY)), g.copy(p)) : U === i.ZOOM && !n.noZoom ? (y.copy(D(j.pageX, j.pageY)), _.copy(y)) : U === i.PAN && !n.noPan && (S.copy(D(j.pageX, j.pageY)), w.copy(S)), n.dispatchEvent(Ho);
    }
    function G(j) {
      const U = c !== i.NONE ? c : l;
      U === i.ROTATE && !n.noRotate ? (g.copy(p), p.copy(T(j.pageX, j.pageY))) : U === i.ZOOM && !n.noZoom ? _.copy(D(j.pageX, j.pageY)) : U === i.PAN && !n.noPan && w.copy(D(j.pageX, j.pageY));
    }
    function q() {
      l = i.NONE, n.dispatchEvent(Vo);
    }
    function O(j) {
      if (n.enabled !== !1 && n.noZoom !== !0) {
        switch (j.preventDefault(), j.deltaMode) {
          case 2:
            y.y -= j.deltaY * 0.025;
            break;
          case 1:
            y.y -= j.deltaY * 0.01;
            break;
          default:
            y.y -= j.deltaY * 25e-5;
            break;
        }
        n.dispatchEvent(Ho), n.dispatchEvent(Vo);
      }
    }
    function ne(j) {
      switch (Ce(j), x.length) {
        case 1:
          l = i.TOUCH_ROTATE, p.copy(T(x[0].pageX, x[0].pageY)), g.copy(p);
          break;
        default:
          l = i.TOUCH_ZOOM_PAN;
          const U = x[0].pageX - x[1].pageX, oe = x[0].pageY - x[1].pageY;
          u = h = Math.sqrt(U * U + oe * oe);
          const F = (x[0].pageX + x[1].pageX) / 2, re = (x[0].pageY + x[1].pageY) / 2;
          S.copy(D(F, re)), w.copy(S);
          break;
      }
      n.dispatchEvent(Ho);
    }
    function Q(j) {
      switch (Ce(j), x.length) {
        case 1:
          g.copy(p), p.copy(T(j.pageX, j.pageY));
          break;
        default:
          const U = ee(j), oe = j.pageX - U.x, F = j.pageY - U.y;
          u = Math.sqrt(oe * oe + F * F);
          const re = (j.pageX + U.x) / 2, B = (j.pageY + U.y) / 2;
          w.copy(D(re, B));
          break;
      }
    }
    function ue(j) {
      switch (x.length) {
        case 0:
          l = i.NONE;
          break;
        case 1:
          l = i.TOUCH_ROTATE, p.copy(T(j.pageX, j.pageY)), g.copy(p);
          break;
        case 2:
          l = i.TOUCH_ZOOM_PAN, p.copy(T(j.pageX - g.x, j.pageY - g.y)), g.copy(p);
          break;
      }
      n.dispatchEvent(Vo);
    }
    function le(j) {
      n.enabled !== !1 && j.preventDefault();
    }
    function Me(j) {
      x.push(j);
    }
    function Pe(j) {
      delete L[j.pointerId];
      for (let U = 0; U < x.length; U++)
        if (x[U].pointerId == j.pointerId) {
          x.splice(U, 1);
          return;
        }
    }
    function Ce(j) {
      let U = L[j.pointerId];
      U === void 0 && (U = new K(), L[j.pointerId] = U), U.set(j.pageX, j.pageY);
    }
    function ee(j) {
      const U = j.pointerId === x[0].pointerId ? x[1] : x[0];
      return L[U.pointerId];
    }
    this.dispose = function() {
      n.domElement.removeEventListener("contextmenu", le), n.domElement.removeEventListener("pointerdown", N), n.domElement.removeEventListener("pointercancel", R), n.domElement.removeEventListener("wheel", O), n.domElement.removeEventListener("pointermove", P), n.domElement.removeEventListener("pointerup", b), window.removeEventListener("keydown", $), window.removeEventListener("keyup", z);
    }, this.domElement.addEventListener("contextmenu", le), this.domElement.addEventListener("pointerdown", N), this.domElement.addEventListener("pointercancel", R), this.domElement.addEventListener("wheel", O, { passive: !1 }), window.addEventListener("keydown", $), window.addEventListener("keyup", z), this.handleResize(), this.update();
  }
}
const ph = { type: "change" }, Go = { type: "start" }, mh = { type: "end" };
class gx extends pn {
  constructor(e, t) {
    super(), t === void 0 && console.warn('THREE.OrbitControls: The second parameter "domElement" is now mandatory.'), t === document && console.error('THREE.OrbitControls: "document" should not be used as the target "domElement". Please use "renderer.domElement" instead.'), this.object = e, this.domElement = t, this.domElement.style.touchAction = "none", this.enabled = !0, this.target = new M(), this.minDistance = 0, this.maxDistance = 1 / 0, this.minZoom = 0, this.maxZoom = 1 / 0, this.minPolarAngle = 0, this.maxPolarAngle = Math.PI, this.minAzimuthAngle = -1 / 0, this.maxAzimuthAngle = 1 / 0, this.enableDamping = !1, this.dampingFactor = 0.05, this.enableZoom = !0, this.zoomSpeed = 1, this.enableRotate = !0, this.rotateSpeed = 1, this.enablePan = !0, this.panSpeed = 1, this.screenSpacePanning = !0, this.keyPanSpeed = 7, this.autoRotate = !1, this.autoRotateSpeed = 2, this.keys = { LEFT: "ArrowLeft", UP: "ArrowUp", RIGHT: "ArrowRight", BOTTOM: "ArrowDown" }, this.mouseButtons = { LEFT: hn.ROTATE, MIDDLE: hn.DOLLY, RIGHT: hn.PAN }, this.touches = { ONE: Kn.ROTATE, TWO: Kn.DOLLY_PAN }, this.target0 = this.target.clone(), this.position0 = this.object.position.clone(), this.zoom0 = this.object.zoom, this._domElementKeyEvents = null, this.getPolarAngle = function() {
      return a.phi;
    }, this.getAzimuthalAngle = function() {
      return a.theta;
    }, this.getDistance = function() {
      return this.object.position.distanceTo(this.target);
    }, this.listenToKeyEvents = function(A) {
      A.addEventListener("keydown", Re), this._domElementKeyEvents = A;
    }, this.saveState = function() {
      n.target0.copy(n.target), n.position0.copy(n.object.position), n.zoom0 = n.object.zoom;
    }, this.reset = function() {
      n.target.copy(n.target0), n.object.position.copy(n.position0), n.object.zoom = n.zoom0, n.object.updateProjectionMatrix(), n.dispatchEvent(ph), n.update(), s = i.NONE;
    }, this.update = (function() {
      const A = new M(), he = new Ke().setFromUnitVectors(e.up, new M(0, 1, 0)), we = he.clone().invert(), de = new M(), I = new Ke(), ge = 2 * Math.PI;
      return function() {
        const Le = n.object.position;
        A.copy(Le).sub(n.target), A.applyQuaternion(he), a.setFromVector3(A), n.autoRotate && s === i.NONE && N(D()), n.enableDamping ? (a.theta += l.theta * n.dampingFactor, a.phi += l.phi * n.dampingFactor) : (a.theta += l.theta, a.phi += l.phi);
        let xe = n.minAzimuthAngle, Ae = n.maxAzimuthAngle;
        return isFinite(xe) && isFinite(Ae) && (xe < -Math.PI ? xe += ge : xe > Math.PI && (xe -= ge), Ae < -Math.PI ? Ae += ge : Ae > Math.PI && (Ae -= ge), xe <= Ae ? a.theta = Math.max(xe, Math.min(Ae, a.theta)) : a.theta = a.theta > (xe + Ae) / 2 ? Math.max(xe, a.theta) : Math.min(Ae, a.theta)), a.phi = Math.max(n.minPolarAngle, Math.min(n.maxPolarAngle, a.phi)), a.makeSafe(), a.radius *= c, a.radius = Math.max(n.minDistance, Math.min(n.maxDistance, a.radius)), n.enableDamping === !0 ? n.target.addScaledVector(h, n.dampingFactor) : n.target.add(h), A.setFromSpherical(a), A.applyQuaternion(we), Le.copy(n.target).add(A), n.object.lookAt(n.target), n.enableDamping === !0 ? (l.theta *= 1 - n.dampingFactor, l.phi *= 1 - n.dampingFactor, h.multiplyScalar(1 - n.dampingFactor)) : (l.set(0, 0, 0), h.set(0, 0, 0)), c = 1, u || de.distanceToSquared(n.object.position) > o || 8 * (1 - I.dot(n.object.quaternion)) > o ? (n.dispatchEvent(ph), de.copy(n.object.position), I.copy(n.object.quaternion), u = !1, !0) : !1;
      };
    })(), this.dispose = function() {
      n.domElement.removeEventListener("contextmenu", k), n.domElement.removeEventListener("pointerdown", V), n.domElement.removeEventListener("pointercancel", _e), n.domElement.removeEventListener("wheel", Te), n.domElement.removeEventListener("pointermove", ie), n.domElement.removeEventListener("pointerup", te), n._domElementKeyEvents !== null && n._domElementKeyEvents.removeEventListener("keydown", Re);
    };
    const n = this, i = {
      NONE: -1,
      ROTATE: 0,
      DOLLY: 1,
      PAN: 2,
      TOUCH_ROTATE: 3,
      TOUCH_PAN: 4,
      TOUCH_DOLLY_PAN: 5,
      TOUCH_DOLLY_ROTATE: 6
    };
    let s = i.NONE;
    const o = 1e-6, a = new Ac(), l = new Ac();
    let c = 1;
    const h = new M();
    let u = !1;
    const d = new K(), f = new K(), g = new K(), p = new K(), m = new K(), y = new K(), _ = new K(), S = new K(), w = new K(), x = [], L = {};
    function D() {
      return 2 * Math.PI / 60 / 60 * n.autoRotateSpeed;
    }
    function T() {
      return Math.pow(0.95, n.zoomSpeed);
    }
    function N(A) {
      l.theta -= A;
    }
    function P(A) {
      l.phi -= A;
    }
    const b = (function() {
      const A = new M();
      return function(we, de) {
        A.setFromMatrixColumn(de, 0), A.multiplyScalar(-we), h.add(A);
      };
    })(), R = (function() {
      const A = new M();
      return function(we, de) {
        n.screenSpacePanning === !0 ? A.setFromMatrixColumn(de, 1) : (A.setFromMatrixColumn(de, 0), A.crossVectors(n.object.up, A)), A.multiplyScalar(we), h.add(A);
      };
    })(), $ = (function() {
      const A = new M();
      return function(we, de) {
        const I = n.domElement;
        if (n.object.isPerspectiveCamera) {
          const ge = n.object.position;
          A.copy(ge).sub(n.target);
          let me = A.length();
          me *= Math.tan(n.object.fov / 2 * Math.PI / 180), b(2 * we * me / I.clientHeight, n.object.matrix), R(2 * de * me / I.clientHeight, n.object.matrix);
        } else n.object.isOrthographicCamera ? (b(we * (n.object.right - n.object.left) / n.object.zoom / I.clientWidth, n.object.matrix), R(de * (n.object.top - n.object.bottom) / n.object.zoom / I.clientHeight, n.object.matrix)) : (console.warn("WARNING: OrbitControls.js encountered an unknown camera type - pan disabled."), n.enablePan = !1);
      };
    })();
    function z(A) {
      n.object.isPerspectiveCamera ? c /= A : n.object.isOrthographicCamera ? (n.object.zoom = Math.max(n.minZoom, Math.min(n.maxZoom, n.object.zoom * A)), n.object.updateProjectionMatrix(), u = !0) : (console.warn("WARNING: OrbitControls.js encountered an unknown camera type - dolly/zoom disabled."), n.enableZoom = !1);
    }
    function X(A) {
      n.object.isPerspectiveCamera ? c *= A : n.object.isOrthographicCamera ? (n.object.zoom = Math.max(n.minZoom, Math.min(n.maxZoom, n.object.zoom / A)), n.object.updateProjectionMatrix(), u = !0) : (console.warn("WARNING: OrbitControls.js encountered an unknown camera type - dolly/zoom disabled."), n.enableZoom = !1);
    }
    function G(A) {
      d.set(A.clientX, A.clientY);
    }
    function q(A) {
      _.set(A.clientX, A.clientY);
    }
    function O(A) {
      p.set(A.clientX, A.clientY);
    }
    function ne(A) {
      f.set(A.clientX, A.clientY), g.subVectors(f, d).multiplyScalar(n.rotateSpeed);
      const he = n.domElement;
      N(2 * Math.PI * g.x / he.clientHeight), P(2 * Math.PI * g.y / he.clientHeight), d.copy(f), n.update();
    }
    function Q(A) {
      S.set(A.clientX, A.clientY), w.subVectors(S, _), w.y > 0 ? z(T()) : w.y < 0 && X(T()), _.copy(S), n.update();
    }
    function ue(A) {
      m.set(A.clientX, A.clientY), y.subVectors(m, p).multiplyScalar(n.panSpeed), $(y.x, y.y), p.copy(m), n.update();
    }
    function le(A) {
      A.deltaY < 0 ? X(T()) : A.deltaY > 0 && z(T()), n.update();
    }
    function Me(A) {
      let he = !1;
      switch (A.code) {
        case n.keys.UP:
          $(0, n.keyPanSpeed), he = !0;
          break;
        case n.keys.BOTTOM:
          $(0, -n.keyPanSpeed), he = !0;
          break;
        case n.keys.LEFT:
          $(n.keyPanSpeed, 0), he = !0;
          break;
        case n.keys.RIGHT:
          $(-n.keyPanSpeed, 0), he = !0;
          break;
      }
      he && (A.preventDefault(), n.update());
    }
    function Pe() {
      if (x.length === 1)
        d.set(x[0].pageX, x[0].pageY);
      else {
        const A = 0.5 * (x[0].pageX + x[1].pageX), he = 0.5 * (x[0].pageY + x[1].pageY);
        d.set(A, he);
      }
    }
    function Ce() {
      if (x.length === 1)
        p.set(x[0].pageX, x[0].pageY);
      else {
        const A = 0.5 * (x[0].pageX + x[1].pageX), he = 0.5 * (x[0].pageY + x[1].pageY);
        p.set(A, he);
      }
    }
    function ee() {
      const A = x[0].pageX - x[1].pageX, he = x[0].pageY - x[1].pageY, we = Math.sqrt(A * A + he * he);
      _.set(0, we);
    }
    function j() {
      n.enableZoom && ee(), n.enablePan && Ce();
    }
    function U() {
      n.enableZoom && ee(), n.enableRotate && Pe();
    }
    function oe(A) {
      if (x.length == 1)
        f.set(A.pageX, A.pageY);
      else {
        const we = Se(A), de = 0.5 * (A.pageX + we.x), I = 0.5 * (A.pageY + we.y);
        f.set(de, I);
      }
      g.subVectors(f, d).multiplyScalar(n.rotateSpeed);
      const he = n.domElement;
      N(2 * Math.PI * g.x / he.clientHeight), P(2 * Math.PI * g.y / he.clientHeight), d.copy(f);
    }
    function F(A) {
      if (x.length === 1)
        m.set(A.pageX, A.pageY);
      else {
        const he = Se(A), we = 0.5 * (A.pageX + he.x), de = 0.5 * (A.pageY + he.y);
        m.set(we, de);
      }
      y.subVectors(m, p).multiplyScalar(n.panSpeed), $(y.x, y.y), p.copy(m);
    }
    function re(A) {
      const he = Se(A), we = A.pageX - he.x, de = A.pageY - he.y, I = Math.sqrt(we * we + de * de);
      S.set(0, I), w.set(0, Math.pow(S.y / _.y, n.zoomSpeed)), z(w.y), _.copy(S);
    }
    function B(A) {
      n.enableZoom && re(A), n.enablePan && F(A);
    }
    function H(A) {
      n.enableZoom && re(A), n.enableRotate && oe(A);
    }
    function V(A) {
      n.enabled !== !1 && (x.length === 0 && (n.domElement.setPointerCapture(A.pointerId), n.domElement.addEventListener("pointermove", ie), n.domElement.addEventListener("pointerup", te)), Z(A), A.pointerType === "touch" ? E(A) : be(A));
    }
    function ie(A) {
      n.enabled !== !1 && (A.pointerType === "touch" ? v(A) : ce(A));
    }
    function te(A) {
      ae(A), x.length === 0 && (n.domElement.releasePointerCapture(A.pointerId), n.domElement.removeEventListener("pointermove", ie), n.domElement.removeEventListener("pointerup", te)), n.dispatchEvent(mh), s = i.NONE;
    }
    function _e(A) {
      ae(A);
    }
    function be(A) {
      let he;
      switch (A.button) {
        case 0:
          he = n.mouseButtons.LEFT;
          break;
        case 1:
          he = n.mouseButtons.MIDDLE;
          break;
        case 2:
          he = n.mouseButtons.RIGHT;
          break;
        default:
          he = -1;
      }
      switch (he) {
        case hn.DOLLY:
          if (n.enableZoom === !1) return;
          q(A), s = i.DOLLY;
          break;
        case hn.ROTATE:
          if (A.ctrlKey || A.metaKey || A.shiftKey) {
            if (n.enablePan === !1) return;
            O(A), s = i.PAN;
          } else {
            if (n.enableRotate === !1) return;
            G(A), s = i.ROTATE;
          }
          break;
        case hn.PAN:
          if (A.ctrlKey || A.metaKey || A.shiftKey) {
            if (n.enableRotate === !1) return;
            G(A), s = i.ROTATE;
          } else {
            if (n.enablePan === !1) return;
            O(A), s = i.PAN;
          }
          break;
        default:
          s = i.NONE;
      }
      s !== i.NONE && n.dispatchEvent(Go);
    }
    function ce(A) {
      if (n.enabled !== !1)
        switch (s) {
          case i.ROTATE:
            if (n.enableRotate === !1) return;
            ne(A);
            break;
          case i.DOLLY:
            if (n.enableZoom === !1) return;
            Q(A);
            break;
          case i.PAN:
            if (n.enablePan === !1) return;
            ue(A);
            break;
        }
    }
    function Te(A) {
      n.enabled === !1 || n.enableZoom === !1 || s !== i.NONE || (A.preventDefault(), n.dispatchEvent(Go), le(A), n.dispatchEvent(mh));
    }
    function Re(A) {
      n.enabled === !1 || n.enablePan === !1 || Me(A);
    }
    function E(A) {
      switch (fe(A), x.length) {
        case 1:
          switch (n.touches.ONE) {
            case Kn.ROTATE:
              if (n.enableRotate === !1) return;
              Pe(), s = i.TOUCH_ROTATE;
              break;
            case Kn.PAN:
              if (n.enablePan === !1) return;
              Ce(), s = i.TOUCH_PAN;
              break;
            default:
              s = i.NONE;
          }
          break;
        case 2:
          switch (n.touches.TWO) {
            case Kn.DOLLY_PAN:
              if (n.enableZoom === !1 && n.enablePan === !1) return;
              j(), s = i.TOUCH_DOLLY_PAN;
              break;
            case Kn.DOLLY_ROTATE:
              if (n.enableZoom === !1 && n.enableRotate === !1) return;
              U(), s = i.TOUCH_DOLLY_ROTATE;
              break;
            default:
              s = i.NONE;
          }
          break;
        default:
          s = i.NONE;
      }
      s !== i.NONE && n.dispatchEvent(Go);
    }
    function v(A) {
      switch (fe(A), s) {
        case i.TOUCH_ROTATE:
          if (n.enableRotate === !1) return;
          oe(A), n.update();
          break;
        case i.TOUCH_PAN:
          if (n.enablePan === !1) return;
          F(A), n.update();
          break;
        case i.TOUCH_DOLLY_PAN:
          if (n.enableZoom === !1 && n.enablePan === !1) return;
          B(A), n.update();
          break;
        case i.TOUCH_DOLLY_ROTATE:
          if (n.enableZoom === !1 && n.enableRotate === !1) return;
          H(A), n.update();
          break;
        default:
          s = i.NONE;
      }
    }
    function k(A) {
      n.enabled !== !1 && A.preventDefault();
    }
    function Z(A) {
      x.push(A);
    }
    function ae(A) {
      delete L[A.pointerId];
      for (let he = 0; he < x.length; he++)
        if (x[he].pointerId == A.pointerId) {
          x.splice(he, 1);
          return;
        }
    }
    function fe(A) {
      let he = L[A.pointerId];
      he === void 0 && (he = new K(), L[A.pointerId] = he), he.set(A.pageX, A.pageY);
    }
    function Se(A) {
      const he = A.pointerId === x[0].pointerId ? x[1] : x[0];
      return L[he.pointerId];
    }
    n.domElement.addEventListener("contextmenu", k), n.domElement.addEventListener("pointerdown", V), n.domElement.addEventListener("pointercancel", _e), n.domElement.addEventListener("wheel", Te, { passive: !1 }), this.update();
  }
}
class yx {
  constructor(e) {
    this.objectBuilder = e, this.mixers = [], this.clock = new ka(), this.lineGeometriesToUpdate = [];
  }
  reset() {
    this.mixers.forEach((e) => e.stopAllAction()), this.mixers = [], this.lineGeometriesToUpdate = [];
  }
  buildAnimationSupport(e, t) {
    const n = e.animate, i = e.keyframes, s = i.length, o = e.animateType;
    if (e.type === rt.SPHERES || e.type === rt.CUBES) {
      const a = e.animate, l = e.positions[0], c = [];
      if (o == "displacement")
        for (let d = 0; d < s; d++)
          c.push(a[d][0], a[d][1], a[d][2]);
      else if (o == "position")
        for (let d = 0; d < s; d++)
          c.push(a[d][0] - l[0], a[d][1] - l[1], a[d][2] - l[2]);
      else
        console.warn(`Unknown animationType: ${o}`);
      const h = new En(".position", [...i], c);
      let u;
      o == "displacement" ? u = -1 : u = s, this.pushAnimations("Action", u, [h], t);
    } else if (e.type === rt.CYLINDERS)
      n.forEach((a, l) => {
        const c = e.positionPairs[l];
        c[0], c[1];
        let h = [], u = [], d = [];
        for (let y = 0; y < s; y++) {
          let _;
          o == "displacement" ? _ = c.map(
            (L, D) => L.map((T, N) => T + a[y][D][N])
          ) : o == "position" ? _ = [0, 1].map((L) => [0, 1, 2].map((D) => a[y][L][D])) : console.warn(`Unknown animationType: ${o}`);
          const {
            position: S,
            scale: w,
            quaternion: x
          } = this.objectBuilder.getCylinderInfo(_);
          h = [...h, ...S], u = [
            ...u,
            x.x,
            x.y,
            x.z,
            x.w
          ], d = [...d, 1, w, 1];
        }
        const f = new En(".position", i, h), g = new Gi(".quaternion", i, u), p = new En(".scale", i, d);
        let m;
        o == "displacement" ? m = -1 : m = s, this.pushAnimations(
          `Cylinder-${l}`,
          m,
          [f, g, p],
          t.children[l]
        );
      });
    else if (e.type === rt.LINES) {
      const a = [];
      e.positions.forEach((u, d) => {
        const f = [];
        for (let g = 0; g < s; g++)
          f.push(
            u[0] + n[d][g][0],
            u[1] + n[d][g][1],
            u[2] + n[d][g][2]
          );
        a.push(f);
      });
      const l = t.children[0], c = l.geometry.attributes.position.array;
      l.value = [...c];
      const h = new Gn(".value", i, [...c, ...a]);
      this.lineGeometriesToUpdate.push(l), this.pushAnimations("Lines", s, [h], l);
    } else if (e.type === rt.CONVEX) {
      const a = t.children[0], l = t.children[1], c = a.geometry;
      c.morphAttributes.position = [];
      const h = e.positions.map((_, S) => new M(
        _[0] + n[S][0][0],
        _[1] + n[S][0][1],
        _[2] + n[S][0][2]
      )), u = new fa(h);
      c.morphAttributes.position[0] = u.attributes.position, a.morphTargetInfluences = [0];
      const d = new Gn(".morphTargetInfluences", i, [0, 1]);
      this.pushAnimations("Convex", s, [d], a);
      const f = new ra(u), g = new Ln(
        f,
        new Dt({ color: "#000000", linewidth: 1 })
      ), p = l.geometry.attributes.position.array, m = g.geometry.attributes.position.array;
      l.value = [...p];
      const y = new Gn(".value", i, [...p, ...m]);
      this.lineGeometriesToUpdate.push(l), this.pushAnimations("Convexlines", s, [y], l);
    } else e.type, rt.BEZIER, console.warn("Animation not supported", e.type);
  }
  addAnimationForPosition(e, t, n, i, s) {
    const o = this.calculateTargetPosition(t, e, i, s), a = new En(".position", [...n], o);
    this.pushAnimations("Action", i, [a], t);
  }
  calculateTargetPosition({ position: e }, t, n, i) {
    const s = [e.x, e.y, e.z], o = [];
    if (i == "displacement")
      for (let a = 0; a < n; a++)
        o.push(s[0] + t[a][0], s[1] + t[a][1], s[2] + t[a][2]);
    else if (i == "position")
      for (let a = 0; a < n; a++)
        o.push(t[a][0], t[a][1], t[a][2]);
    else
      console.warn(`Unknown animationType: ${i}`);
    return o;
  }
  updateMixers(e, t = !1) {
    this.mixers && this.mixers.forEach((n) => t ? n.setTime(e) : n.update(e));
  }
  updateLineGeometries() {
    this.lineGeometriesToUpdate.forEach((e) => {
      const t = e.geometry, n = e.value;
      t.setAttribute("position", new Qe(new Float32Array(n), 3)), t.attributes.position.needsUpdate = !0;
    });
  }
  updateTime(e) {
    this.updateMixers(e, !0), this.updateLineGeometries();
  }
  animate() {
    this.updateMixers(this.clock.getDelta()), this.updateLineGeometries();
  }
  pushAnimations(e, t, n, i) {
    const s = new la(e, t, n), o = new fu(i);
    this.mixers.push(o), o.clipAction(s).play();
  }
  useMorphTargetForAnimation(e) {
    return e === rt.CUBES || e === rt.CONVEX || e === rt.LINES;
  }
}
class Cr {
  constructor(e, t, n, i, s, o) {
    this.objectBuilder = e, this.A = t, this.phases = n, this.omega = i, this.eigenVectors = s, this.velocity = o, this.clock = new ka(), this.atomMeshes = [], this.bondMeshes = /* @__PURE__ */ new Map(), this.unitCellAtomIndexArray = [], this.atomNumber = Array.isArray(n) ? n.length : 0;
  }
  static bondKey(e, t) {
    return e < t ? `${e}->${t}` : `${t}->${e}`;
  }
  static parseBondKey(e) {
    const [t, n] = e.split("->");
    return [Number(t), Number(n)];
  }
  reset() {
    this.atomMeshes = new Array(this.atomNumber), this.unitCellAtomIndexArray = new Array(this.atomNumber), this.bondMeshes = /* @__PURE__ */ new Map();
  }
  buildAnimationSupport(e, t) {
    if (e.type === rt.SPHERES) {
      if (e._meta === void 0) return;
      const n = e._meta[0].atom_idx?.[0];
      if (n === void 0) return;
      const i = e._meta[0].unit_cell_atom_idx?.[0];
      if (n === void 0 || i === void 0) return;
      this.unitCellAtomIndexArray[n] = i;
      const s = t.children[0];
      this.atomMeshes[n] = s;
    } else if (e.type === rt.CYLINDERS) {
      const n = e._meta;
      if (!n) return;
      for (let i = n.length - 1; i >= 0; i--) {
        const s = n[i].atom_idx;
        if (!s || s.length < 2) return;
        const [o, a] = s, l = Cr.bondKey(o, a);
        if (this.bondMeshes.has(l)) {
          const c = t.children[i];
          c && t.remove(c);
        } else {
          const c = t.children[i];
          c && this.bondMeshes.set(l, c);
        }
      }
    }
  }
  updateTime(e) {
  }
  animate() {
    const e = this.clock.getElapsedTime(), t = this.velocity, n = e * t, i = this.A, s = this.omega, o = this.phases, a = new Array(this.atomNumber);
    this.atomMeshes.forEach((g, p) => {
      let m = g.userData.basePos;
      const y = this.unitCellAtomIndexArray[p];
      m && m.isVector3 || (m = g.position.clone(), g.userData.basePos = m);
      const _ = o[y], S = this.eigenVectors[y], w = _ - s * n, x = Math.cos(w), L = Math.sin(w), D = new M(
        i * (S[0][0] * x - S[0][1] * L),
        i * (S[1][0] * x - S[1][1] * L),
        i * (S[2][0] * x - S[2][1] * L)
      ), T = m.clone().add(D);
      g.position.copy(T), a[p] = T;
    });
    const l = new M(0, 1, 0), c = new Ke(), h = new M(), u = new M(), d = new M(), f = new M();
    this.bondMeshes.forEach((g, p) => {
      const [m, y] = Cr.parseBondKey(p), _ = a[m], S = a[y];
      h.copy(_), u.copy(S), d.copy(u).sub(h);
      const w = d.length();
      f.copy(h).add(u).multiplyScalar(0.5), g.position.copy(f), c.setFromUnitVectors(l, d.normalize()), g.setRotationFromQuaternion(c), g.scale.y = w;
    });
  }
}
const gh = "show-pointer";
class vx {
  constructor(e, t, n, i, s, o, a, l, c) {
    this.dispatch = a, this.debugDOMElement = l, this.clickableObjects = [], this.tooltipObjects = [], this.objectDictionnary = {}, this.tooltipHelper = new Jv(), this.raycaster = new qy(), this.selectedJsonObjects = [], this.outlineScene = new Or(), this.threeUUIDTojsonObject = {}, this.computeIdToThree = {}, this.isMultiSelectionEnabled = !1, this.registry = new rx(), this.clock = new ka(), this.mouseMoveListener = (u) => {
      this.renderer instanceof Ve;
      {
        let d = this.getClickedReference(u.offsetX, u.offsetY, this.tooltipObjects);
        if (d && d.object) {
          const { object: f, point: g } = d;
          this.tooltipHelper.updateTooltip(g, f.jsonObject, f.sceneObject), this.renderScene();
        } else
          this.tooltipHelper.hideTooltipIfNeeded() && this.renderScene();
        d = this.getClickedReference(u.offsetX, u.offsetY, this.clickableObjects), d && d.object ? this.renderer.domElement.classList.add(gh) : this.renderer.domElement.classList.remove(gh);
      }
    }, this.clickListener = (u) => {
      this.renderer instanceof Ve;
      {
        const d = this.getClickedReference(u.offsetX, u.offsetY, this.clickableObjects);
        this.onClickImplementation(d, u);
      }
    }, this.mouseTrackballUpdate = () => {
      this.controls.update();
    }, this.windowListener = () => this.resizeRendererToDisplaySize(), this.settings = Object.assign(Iv, n), this.objectBuilder = new lx(this.settings), this.cameraState = c, this.cacheMountBBox(t), this.configureSceneRenderer(t), this.configureLabelRenderer(t), this.configureScene(), this.configurePostProcessing(), this.clickCallback = o, this.outlineScene.autoUpdate = !1;
    const h = e?.app === "phonon";
    this.animationHelper = h ? new Cr(
      this.objectBuilder,
      e.amplitude,
      e.phases,
      e.omega,
      e.eigenVectors,
      e.velocity
    ) : new yx(this.objectBuilder), window.addEventListener("resize", this.windowListener, !1), this.inset = new dx(
      this.axis,
      this.axisJson,
      this.scene,
      e.origin,
      this.camera,
      this.objectBuilder,
      i,
      i,
      s
    ), this.debugDOMElement && (this.debugHelper = this.getHelper()), this.isMultiSelectionEnabled = this.settings.isMultiSelectionEnabled;
  }
  cacheMountBBox(e) {
    this.cachedMountNodeSize = { width: e.clientWidth, height: e.clientHeight };
  }
  determineSceneRenderer() {
    switch (this.settings.renderer) {
      case ls.WEBGL: {
        const e = new Ve({
          antialias: this.settings.antialias,
          alpha: this.settings.transparentBackground
        });
        return e.autoClear = !1, e.setPixelRatio(window.devicePixelRatio), e.gammaFactor = 2.2, e.setClearColor(1048575, 0), e;
      }
      case ls.SVG:
        return new Jc();
      default:
        return console.error("Invalid renderer passed", this.settings.renderer), null;
    }
  }
  configureSceneRenderer(e) {
    const t = this.determineSceneRenderer();
    if (!t)
      throw new Error("No renderer");
    this.renderer = t, this.renderer.setSize(this.cachedMountNodeSize.width, this.cachedMountNodeSize.height), e.appendChild(this.renderer.domElement);
  }
  configureLabelRenderer(e) {
    const t = new Av();
    this.labelRenderer = t;
    const n = e.clientWidth, i = e.clientHeight;
    t.setSize(n, i), t.domElement.style.position = "relative", t.domElement.style.top = `-${i}px`, t.domElement.style.pointerEvents = "none", e.appendChild(t.domElement);
  }
  configureScene() {
    this.scene = Ru(this.settings), this.clickableObjects = [], this.objectDictionnary = {}, this.camera = new Ni(100, 100, 100, 100, 100);
    const e = this.objectBuilder.makeLights(this.settings.lights);
    this.scene.add(e), this.scene.add(this.tooltipHelper.tooltip), this.scene.add(this.camera), this.renderer.domElement.addEventListener("mousemove", this.mouseMoveListener), this.renderer.domElement.addEventListener("click", this.clickListener), setTimeout(() => this.configureControls(), 0);
  }
  configureControls() {
    switch (this.settings.controls) {
      case xr.ORBIT: {
        const e = new gx(this.camera, this.renderer.domElement);
        e.rotateSpeed = 2, e.zoomSpeed = 1.2, e.panSpeed = 0.8, e.enabled = !0, this.controls = e;
        break;
      }
      default: {
        const e = new mx(
          this.camera,
          this.renderer.domElement
        );
        e.rotateSpeed = 2, e.zoomSpeed = 1.2, e.panSpeed = 0.8, e.enabled = !0, e.staticMoving = !0, this.controls = e;
        break;
      }
    }
    this.settings.staticScene || this.settings.animation === vi.NONE || this.settings.animation === vi.SLIDER ? (this.controls.addEventListener("change", () => {
      this.dispatch(this.camera.position, this.camera.quaternion, this.camera.zoom), this.renderScene();
    }), this.controls.addEventListener("start", () => {
      this.controls.update(), this.settings.controls === xr.TRACKBALL && document.addEventListener("mousemove", this.mouseTrackballUpdate, !1);
    }), this.controls.addEventListener("end", () => {
      this.controls.update(), this.settings.controls === xr.TRACKBALL && document.removeEventListener("mousemove", this.mouseTrackballUpdate, !1);
    })) : this.start();
  }
  updateCamera(e, t, n) {
    this.camera.position.copy(e), n && (this.camera.zoom = n), t ? this.camera.quaternion.copy(t) : this.camera.lookAt(this.scene.position), this.camera.updateProjectionMatrix(), this.renderScene();
  }
  onClickImplementation(e, t) {
    let n = !1;
    if (e && e.object) {
      const { object: i, point: s } = e;
      if (i?.sceneObject) {
        const o = i?.sceneObject, a = i?.jsonObject;
        if (this.isMultiSelectionEnabled) {
          const l = this.outlineScene.children.indexOf(
            this.registry.getObjectFromRegistry(o.uuid)
          ), c = this.selectedJsonObjects.indexOf(a);
          if ((l === -1 && c > -1 || c === -1 && l > -1) && (console.warn(
            "During selection found a THREE object without a corresponding json object ( or vice-versa"
          ), console.warn("THREE OBJECT", i, "JSON", a)), c > -1 ? this.selectedJsonObjects.splice(c, 1) : t.shiftKey ? this.selectedJsonObjects.push(a) : this.selectedJsonObjects = [a], l > -1) {
            const h = this.outlineScene.children[l], u = this.registry.getObjectFromRegistry(h.uuid);
            this.outlineScene.remove(u);
          } else {
            this.registry.registryHasObject(o) || this.addClonedObject(o);
            const h = this.registry.getObjectFromRegistry(
              o.uuid
            );
            t.shiftKey ? this.outlineScene.add(h) : (this.outlineScene.children.length > 0 && this.outlineScene.remove(...this.outlineScene.children), this.outlineScene.add(h));
          }
        } else {
          Li(this.outlineScene), this.registry.registryHasObject(o) || this.addClonedObject(o);
          const l = this.registry.getObjectFromRegistry(o.uuid);
          this.outlineScene.children.length > 0 && this.outlineScene.remove(...this.outlineScene.children), this.outlineScene.add(l), this.selectedJsonObjects = [a];
        }
        n = !0;
      }
      this.clickCallback(this.selectedJsonObjects);
    } else
      this.selectedJsonObjects.length > 0 && this.clickCallback([]), this.selectedJsonObjects = [], this.outlineScene.children.length > 0 && (Li(this.outlineScene), this.outlineScene.remove(...this.outlineScene.children), n = !0);
    this.settings.secondaryObjectView && (this.outlineScene.children.length > 0 ? this.inset.showObject(this.outlineScene.children) : this.inset.showAxis()), n && this.renderScene();
  }
  addClonedObject(e) {
    const t = e.clone();
    t.matrixAutoUpdate = !1, t.uuid = e.uuid, this.registry.addToObjectRegisty(t);
  }
  updateAnimationStyle(e) {
    switch (this.settings.animation = e, e) {
      case vi.SLIDER:
      case vi.NONE: {
        setTimeout(() => this.stop(), 0);
        break;
      }
      case vi.PLAY:
        setTimeout(() => this.start(), 0);
    }
  }
  updateInsetSettings(e, t, n) {
    this.inletPosition = n, this.axis && this.inset.updateViewportsize(e, t), this.renderInlet();
  }
  resizeRendererToDisplaySize() {
    const e = this.renderer.domElement;
    this.cacheMountBBox(e.parentElement);
    const { width: t, height: n } = this.cachedMountNodeSize;
    this.labelRenderer.setSize(t, n), this.labelRenderer.domElement.style.top = `-${n}px`, this.renderer instanceof Jc && this.renderer.setSize(t, n), (e.width !== t || e.height !== n) && this.renderScene();
  }
  addToScene(e, t = !1) {
    let n = [];
    this.scene.getObjectByName(e.name) ? (this.animationHelper.reset(), this.clickableObjects = [], this.tooltipObjects = [], this.threeUUIDTojsonObject = {}, this.computeIdToThree = {}, this.registry.clear(), this.removeObjectByName(e.name), this.outlineScene.children.length > 0 && (n = this.selectedJsonObjects.map((a) => a.id), this.outlineScene.remove(...this.outlineScene.children)), this.selectedJsonObjects = []) : e.name;
    const i = new ze();
    i.name = e.name, e.visible && (i.visible = e.visible);
    const s = /* @__PURE__ */ new Set(), o = (a, l, c) => {
      a.contents.forEach((h, u) => {
        if (h.type) {
          const d = this.makeObject(h);
          l.add(d), this.threeUUIDTojsonObject[d.uuid] = h, this.computeIdToThree[`${c}--${u}`] = d, h.id = `${c}--${u}`, h.animate && s.add(`${c}--${u}`);
        } else {
          const d = new ze();
          if (d.name = h.name, this.computeIdToThree[`${c}--${d.name}`] = d, h.id = `${c}--${d.name}`, d.visible = h.visible === void 0 ? !0 : !!h.visible, h.origin) {
            const f = new Ee();
            f.makeTranslation(...h.origin), d.applyMatrix4(f);
          }
          (!this.settings.extractAxis || d.name !== "axes") && l.add(d), o(h, d, `${c}--${d.name}`), d.name === "axes" && (this.axis = d.clone(), this.axisJson = { ...h });
        }
      });
    };
    o(e, i, ""), this.scene.add(i), this.setupCamera(i), n.length > 0 && (this.outlineScene.remove(...this.outlineScene.children), n.forEach((a) => {
      const l = this.computeIdToThree[a];
      l && (this.addClonedObject(l), this.outlineScene.add(this.registry.getObjectFromRegistry(l.uuid)), this.selectedJsonObjects.push(this.threeUUIDTojsonObject[l.uuid]));
    }), this.outlineScene.children.length > 0 && this.inset.showObject(this.outlineScene.children)), this.settings.renderDivBackground && (this.renderer.domElement.parentElement.style.backgroundSize = "100%", this.renderer.domElement.parentElement.style.backgroundRepeat = "no-repeat", this.renderer.domElement.parentElement.style.backgroundPosition = "center", this.renderer.domElement instanceof HTMLCanvasElement && (this.renderer.domElement.parentElement.style.backgroundImage = `url('${this.renderer.domElement.toDataURL(
      "image/png"
    )}')`)), this.inset && this.axis && this.axisJson && this.outlineScene.children.length === 0 && (this.inset.setAxis(this.axis, this.axisJson), this.inset.updateSelectedObject(this.axis, this.axisJson)), s.forEach((a) => {
      const l = this.computeIdToThree[a], c = this.threeUUIDTojsonObject[l.uuid];
      this.animationHelper.buildAnimationSupport(c, l);
    }), t || this.renderScene();
  }
  setupCamera(e) {
    const t = new vt();
    t.setFromObject(e);
    const n = new M();
    t.getCenter(n);
    const i = new M();
    t.getSize(i);
    const s = t.max.sub(t.min);
    let o = s.length() * 2;
    this.settings.zoomToFit2D && (o = s.x > s.y ? s.x * 2 : s.y * 2);
    const a = 50;
    this.camera ? (this.camera.left = (n.x - o) / this.settings.defaultZoom, this.camera.right = (n.x + o) / this.settings.defaultZoom, this.camera.top = (n.y + o) / this.settings.defaultZoom, this.camera.bottom = (n.y - o) / this.settings.defaultZoom, this.camera.near = n.z - o - a, this.camera.far = n.z + o + a) : this.camera = new Ni(
      n.x - o,
      n.x + o,
      n.y + o,
      n.y - o,
      n.z - o - a,
      n.z + o + a
    ), this.camera.position.z = n.z, this.camera.position.y = n.y, this.camera.position.x = n.x;
    const l = this.settings.cameraAxis;
    this.camera.position[l] = this.settings.cameraPosition === "back" ? this.camera.position[l] + o / 2 : this.camera.position[l] - o / 2, this.camera.lookAt(this.scene.position), this.camera.zoom = 4, this.camera.updateProjectionMatrix(), this.camera.updateMatrix(), this.controls && this.controls.update();
  }
  makeObject(e) {
    const t = new ze();
    return e.clickable && (this.clickableObjects.push(t), this.objectDictionnary[t.id] = e), e.tooltip && (this.tooltipObjects.push(t), this.objectDictionnary[t.id] = e), this.objectBuilder.makeObject(e, t);
  }
  start() {
    this.frameId ? console.warn("Trying to start animation, but it seems an animation loop is already running") : this.frameId = requestAnimationFrame(() => this.animate());
  }
  stop() {
    cancelAnimationFrame(this.frameId), this.frameId = void 0;
  }
  animate() {
    this.animationHelper.animate(), this.controls && this.controls.update(), this.refreshOutline(), this.renderScene(), this.frameId = window.requestAnimationFrame(() => this.animate());
  }
  renderScene() {
    this.renderer instanceof Ve && (this.renderer.clear(), this.renderer.setSize(this.cachedMountNodeSize.width, this.cachedMountNodeSize.height), this.renderer.setScissorTest(!0), this.renderer.setScissor(
      0,
      0,
      this.cachedMountNodeSize.width,
      this.cachedMountNodeSize.height
    ), this.renderer.setViewport(
      0,
      0,
      this.cachedMountNodeSize.width,
      this.cachedMountNodeSize.height
    )), this.renderer.render(this.scene, this.camera), this.outline && this.outlineScene.children.length > 0 && this.outline.renderOutline(this.outlineScene, this.camera), this.labelRenderer.render(this.scene, this.camera), this.renderer instanceof Ve && this.renderer.clearDepth(), this.debugHelper && this.debugHelper.render(), this.renderInlet();
  }
  renderInlet() {
    this.inset && this.inletPosition !== xi.HIDDEN && this.inset.render(this.renderer, this.getInletOrigin(this.inletPosition));
  }
  toggleVisibility(e) {
    if (e && Object.keys(e).length > 0) {
      Object.keys(e).forEach((n) => {
        const i = this.scene.getObjectByName(n);
        i && (i.visible = !!e[n]);
      });
      const t = [];
      this.selectedJsonObjects = this.selectedJsonObjects.filter((n) => {
        let i = this.computeIdToThree[n.id], s = !0;
        if (i.visible) {
          const o = i;
          for (; i.parent && s; )
            i = i.parent, s = i.visible;
          !s && t.push(o.uuid);
        } else
          return t.push(i.uuid), !1;
        return s;
      }), t.forEach((n) => {
        const i = this.registry.getObjectFromRegistry(n);
        this.outlineScene.remove(i);
      }), this.renderScene();
    }
  }
  // i know this is can be done by implementing a color buffer, with each color matching one
  // object
  getClickedReference(e, t, n) {
    if (!n || n.length === 0)
      return;
    const i = new K(this.cachedMountNodeSize.width, this.cachedMountNodeSize.height);
    this.raycaster.setFromCamera(nx(i, e, t), this.camera);
    const s = this.raycaster.intersectObjects(n, !0);
    if (s.length > 0) {
      let o = s[0].point;
      const a = ix(this.cachedMountNodeSize, o, this.camera);
      return {
        point: sx(this.cachedMountNodeSize, a, this.camera, {
          x: 0,
          y: -30
        }),
        object: this.getParentObject(s[0].object)
      };
    }
    return null;
  }
  getParentObject(e) {
    return !e.parent || !e.parent.visible || !e.visible ? null : this.objectDictionnary[e.id] ? { sceneObject: e, jsonObject: this.objectDictionnary[e.id] } : this.getParentObject(e.parent);
  }
  enableDebug(e, t) {
    e ? this.debugHelper || (this.debugDOMElement = t, this.debugHelper = this.getHelper(), this.debugHelper.render()) : this.debugHelper && (this.debugHelper.onDestroy(), this.debugHelper = null);
  }
  removeListener() {
    window.removeEventListener("resize", this.windowListener, !1), this.renderer.domElement.removeEventListener("mousemove", this.mouseMoveListener), this.renderer.domElement.removeEventListener("click", this.clickListener), document.removeEventListener("mousemove", this.mouseTrackballUpdate, !1);
  }
  // call this when the parent component is destroyed
  onDestroy() {
    this.computeIdToThree = {}, this.threeUUIDTojsonObject = {}, this.removeListener(), this.debugHelper && this.debugHelper.onDestroy(), this.inset.onDestroy(), this.controls.dispose(), Li(this.scene), this.renderer instanceof Ve && (this.renderer.forceContextLoss(), this.renderer.dispose()), this.labelRenderer?.domElement?.parentElement && this.labelRenderer.domElement.parentElement.removeChild(this.labelRenderer.domElement), this.renderer?.domElement?.parentElement && this.renderer.domElement.parentElement.removeChild(this.renderer.domElement), this.renderer.domElement = void 0, this.renderer = null, this.stop();
  }
  removeObjectByName(e) {
    const t = this.scene.getObjectByName(e);
    typeof t < "u" && this.scene.remove(t);
  }
  getHelper() {
    return new fx(
      this.debugDOMElement,
      this.scene,
      this.camera,
      this.settings,
      this.objectBuilder,
      this.inset.helper
    );
  }
  getInletOrigin(e) {
    switch (e) {
      case xi.SW:
        return [this.inset.getPadding(), this.inset.getPadding()];
      case xi.SE:
        return [
          this.cachedMountNodeSize.width - this.inset.getPadding() - this.inset.getSize(),
          this.inset.getPadding()
        ];
      case xi.NW:
        return [
          0 + this.inset.getPadding(),
          this.cachedMountNodeSize.height - this.inset.getPadding() - this.inset.getSize()
        ];
      case xi.NE:
        return [
          this.cachedMountNodeSize.width - this.inset.getPadding() - this.inset.getSize(),
          this.cachedMountNodeSize.height - this.inset.getPadding() - this.inset.getSize()
        ];
      default:
        return [this.inset.getPadding(), this.inset.getPadding()];
    }
  }
  configurePostProcessing() {
    if (this.settings.renderer === ls.SVG) {
      console.warn("No post processing pass for SVG");
      return;
    }
    const e = new px(this.renderer, {
      defaultThickness: 0.01,
      defaultColor: [0, 0, 0],
      defaultAlpha: 1,
      defaultKeepAlive: !0
      // keeps outline material in cache even if material is removed from scene
    });
    this.outline = e;
  }
  findObjectByUUID(e) {
    const t = this.scene.getObjectByProperty("uuid", e), n = this.threeUUIDTojsonObject[e];
    return {
      threeObject: t,
      jsonObject: n
    };
  }
  refreshOutline() {
    let e = [];
    this.outlineScene.children.length > 0 && (e = this.selectedJsonObjects.map((t) => t.id), this.outlineScene.remove(...this.outlineScene.children)), e.length > 0 && (this.outlineScene.remove(...this.outlineScene.children), e.forEach((t) => {
      const n = this.computeIdToThree[t];
      this.addClonedObject(n), this.outlineScene.add(this.registry.getObjectFromRegistry(n.uuid));
    }));
  }
  updateTime(e) {
    this.animationHelper.updateTime(e), this.refreshOutline(), this.renderScene();
  }
}
function xx(r, e = !1) {
  const t = r[0].index !== null, n = new Set(Object.keys(r[0].attributes)), i = new Set(Object.keys(r[0].morphAttributes)), s = {}, o = {}, a = r[0].morphTargetsRelative, l = new Be();
  let c = 0;
  for (let h = 0; h < r.length; ++h) {
    const u = r[h];
    let d = 0;
    if (t !== (u.index !== null))
      return console.error("THREE.BufferGeometryUtils: .mergeBufferGeometries() failed with geometry at index " + h + ". All geometries must have compatible attributes; make sure index attribute exists among all geometries, or in none of them."), null;
    for (const f in u.attributes) {
      if (!n.has(f))
        return console.error("THREE.BufferGeometryUtils: .mergeBufferGeometries() failed with geometry at index " + h + '. All geometries must have compatible attributes; make sure "' + f + '" attribute exists among all geometries, or in none of them.'), null;
      s[f] === void 0 && (s[f] = []), s[f].push(u.attributes[f]), d++;
    }
    if (d !== n.size)
      return console.error("THREE.BufferGeometryUtils: .mergeBufferGeometries() failed with geometry at index " + h + ". Make sure all geometries have the same number of attributes."), null;
    if (a !== u.morphTargetsRelative)
      return console.error("THREE.BufferGeometryUtils: .mergeBufferGeometries() failed with geometry at index " + h + ". .morphTargetsRelative must be consistent throughout all geometries."), null;
    for (const f in u.morphAttributes) {
      if (!i.has(f))
        return console.error("THREE.BufferGeometryUtils: .mergeBufferGeometries() failed with geometry at index " + h + ".  .morphAttributes must be consistent throughout all geometries."), null;
      o[f] === void 0 && (o[f] = []), o[f].push(u.morphAttributes[f]);
    }
    if (l.userData.mergedUserData = l.userData.mergedUserData || [], l.userData.mergedUserData.push(u.userData), e) {
      let f;
      if (t)
        f = u.index.count;
      else if (u.attributes.position !== void 0)
        f = u.attributes.position.count;
      else
        return console.error("THREE.BufferGeometryUtils: .mergeBufferGeometries() failed with geometry at index " + h + ". The geometry must have either an index or a position attribute"), null;
      l.addGroup(c, f, h), c += f;
    }
  }
  if (t) {
    let h = 0;
    const u = [];
    for (let d = 0; d < r.length; ++d) {
      const f = r[d].index;
      for (let g = 0; g < f.count; ++g)
        u.push(f.getX(g) + h);
      h += r[d].attributes.position.count;
    }
    l.setIndex(u);
  }
  for (const h in s) {
    const u = yh(s[h]);
    if (!u)
      return console.error("THREE.BufferGeometryUtils: .mergeBufferGeometries() failed while trying to merge the " + h + " attribute."), null;
    l.setAttribute(h, u);
  }
  for (const h in o) {
    const u = o[h][0].length;
    if (u === 0) break;
    l.morphAttributes = l.morphAttributes || {}, l.morphAttributes[h] = [];
    for (let d = 0; d < u; ++d) {
      const f = [];
      for (let p = 0; p < o[h].length; ++p)
        f.push(o[h][p][d]);
      const g = yh(f);
      if (!g)
        return console.error("THREE.BufferGeometryUtils: .mergeBufferGeometries() failed while trying to merge the " + h + " morphAttribute."), null;
      l.morphAttributes[h].push(g);
    }
  }
  return l;
}
function yh(r) {
  let e, t, n, i = 0;
  for (let a = 0; a < r.length; ++a) {
    const l = r[a];
    if (l.isInterleavedBufferAttribute)
      return console.error("THREE.BufferGeometryUtils: .mergeBufferAttributes() failed. InterleavedBufferAttributes are not supported."), null;
    if (e === void 0 && (e = l.array.constructor), e !== l.array.constructor)
      return console.error("THREE.BufferGeometryUtils: .mergeBufferAttributes() failed. BufferAttribute.array must be of consistent array types across matching attributes."), null;
    if (t === void 0 && (t = l.itemSize), t !== l.itemSize)
      return console.error("THREE.BufferGeometryUtils: .mergeBufferAttributes() failed. BufferAttribute.itemSize must be consistent across matching attributes."), null;
    if (n === void 0 && (n = l.normalized), n !== l.normalized)
      return console.error("THREE.BufferGeometryUtils: .mergeBufferAttributes() failed. BufferAttribute.normalized must be consistent across matching attributes."), null;
    i += l.array.length;
  }
  const s = new e(i);
  let o = 0;
  for (let a = 0; a < r.length; ++a)
    s.set(r[a].array, o), o += r[a].array.length;
  return new Qe(s, t, n);
}
const _x = [[-1, -1], [1, -1], [1, 1], [-1, 1]], Pu = `
  vec3 lit(vec3 color, vec3 normal) {
    const vec3 light = normalize(vec3(-0.45, 0.65, 1.0));
    float diffuse = max(dot(normal, light), 0.0);
    float gloss = pow(max(reflect(-light, normal).z, 0.0), 36.0);
    float rim = smoothstep(0.0, 0.55, normal.z);
    return color * (0.46 + 0.56 * diffuse) * mix(0.72, 1.0, rim) + vec3(0.26 * gloss);
  }
  float depthAt(float viewZ) {
    return (projectionMatrix[2][2] * viewZ + projectionMatrix[3][2]) * 0.5 + 0.5;
  }
`, bx = {
  vertexShader: `
    attribute vec2 corner;
    uniform float radius;
    varying vec2 at;
    varying float middle;
    void main() {
      at = corner * 1.08;
      vec4 center = modelViewMatrix * vec4(position, 1.0);
      middle = center.z;
      gl_Position = projectionMatrix * (center + vec4(at * radius, 0.0, 0.0));
    }`,
  fragmentShader: `
    uniform mat4 projectionMatrix;
    uniform vec3 color;
    uniform float radius;
    uniform bool flat_;
    uniform bool quick;
    varying vec2 at;
    varying float middle;
    ${Pu}
    void main() {
      float distance = length(at);
      float edge = fwidth(distance);
      float inside = clamp((1.0 - distance) / max(edge, 1e-4) + 0.5, 0.0, 1.0);
      if (quick) inside = step(0.5, inside);
      if (inside <= 0.0) discard;
      float height = flat_ ? 0.0 : sqrt(max(0.0, 1.0 - distance * distance));
      gl_FragDepthEXT = depthAt(middle + height * radius);
      vec3 shade = flat_ ? color : lit(color, vec3(at / max(1.0, distance), height));
      gl_FragColor = vec4(shade, inside);
    }`
}, wx = {
  vertexShader: `
    attribute vec3 end;
    attribute vec2 corner;
    uniform float radius;
    varying float across;
    varying float place;
    varying float seen;
    varying vec2 depths;
    varying vec3 along;
    varying vec3 side;
    void main() {
      vec3 from = (modelViewMatrix * vec4(position, 1.0)).xyz;
      vec3 to = (modelViewMatrix * vec4(end, 1.0)).xyz;
      along = normalize(to - from);
      vec2 flatAlong = length(along.xy) > 1e-4 ? normalize(along.xy) : vec2(1.0, 0.0);
      side = vec3(-flatAlong.y, flatAlong.x, 0.0);
      seen = length((to - from).xy);
      depths = vec2(from.z, to.z);
      across = corner.x;
      float beyond = abs(along.z) * radius * 1.08;
      place = corner.y < 0.0 ? -beyond : seen + beyond;
      vec2 at = from.xy + flatAlong * place + side.xy * across * radius;
      gl_Position = projectionMatrix * vec4(at, from.z, 1.0);
    }`,
  fragmentShader: `
    uniform mat4 projectionMatrix;
    uniform vec3 color;
    uniform float radius;
    varying float across;
    varying float place;
    varying float seen;
    varying vec2 depths;
    varying vec3 along;
    varying vec3 side;
    ${Pu}
    void main() {
      float height = sqrt(max(0.0, 1.0 - across * across));
      float reach = abs(along.z) * height * radius;
      bool nearIsEnd = along.z > 0.0;
      float fromNear = nearIsEnd ? seen - place : place;
      // Its far end lies upon the other half's near one: a pixel more, or the page shines through.
      if (fromNear < -reach || fromNear > seen + reach + fwidth(place)) discard;
      float upright = max(length(along.xy), 1e-4);
      vec3 front = vec3(side.y, -side.x, 0.0) * -along.z + vec3(0.0, 0.0, upright);
      vec3 normal;
      float depth;
      float rim = 1.0;
      if (fromNear < reach) {
        float upwards = fromNear / max(abs(along.z), 1e-4);
        normal = nearIsEnd ? along : -along;
        depth = (nearIsEnd ? depths.y : depths.x) + upwards * upright;
        rim = 1.0 - 0.45 * smoothstep(0.55, 1.0, length(vec2(across, upwards / radius)));
      } else {
        normal = side * across + front * height;
        depth = depths.x + (place + along.z * height * radius) / upright * along.z
          + height * radius * upright;
      }
      gl_FragDepthEXT = depthAt(depth);
      gl_FragColor = vec4(lit(color, normalize(normal)) * rim, 1.0);
    }`
};
function vh(r, e, t, n = !1) {
  const i = Iu(r.length, { position: r });
  return Du(i, bx, { radius: e, color: t, flat_: n }, !0);
}
function Mx(r, e, t) {
  const n = Iu(r.length, {
    position: r.map(([i]) => i),
    end: r.map(([, i]) => i)
  });
  return Du(n, wx, { radius: e, color: t }, !1);
}
function Iu(r, e) {
  const t = new Be();
  for (const [s, o] of Object.entries(e)) {
    const a = new Float32Array(r * 12);
    o.forEach((l, c) => {
      for (let h = 0; h < 4; h += 1) a.set(l, c * 12 + h * 3);
    }), t.setAttribute(s, new Qe(a, 3));
  }
  const n = new Float32Array(r * 8), i = new Uint32Array(r * 6);
  for (let s = 0; s < r; s += 1)
    n.set(_x.flat(), s * 8), i.set([0, 1, 2, 0, 2, 3].map((o) => s * 4 + o), s * 6);
  return t.setAttribute("corner", new Qe(n, 2)), t.setIndex(new Qe(i, 1)), t;
}
function Du(r, e, { radius: t, color: n, ...i }, s) {
  const o = { radius: { value: t }, color: { value: new pe(n) }, quick: bu };
  for (const [c, h] of Object.entries(i)) o[c] = { value: h };
  const a = new Rt({ ...e, uniforms: o, side: dn, alphaToCoverage: s }), l = new $e(r, a);
  return l.frustumCulled = !1, l;
}
const Sx = { setSize() {
}, render() {
}, domElement: null }, Ex = [
  { type: "HemisphereLight", args: ["#ffffff", "#a9b1ba", 0.7] },
  { type: "DirectionalLight", args: ["#ffffff", 0.4], position: [-4, 6, 10] }
], Tx = 0.14;
class Ax extends vx {
  constructor(e) {
    super({}, e, { lights: Ex, secondaryObjectView: !1, defaultSurfaceOpacity: 0.32 }, 80, 10, () => {
    }, () => {
    }, null), this.removeListener(), this.lights = this.scene.getObjectByName("lights"), this.objectBuilder.makeMaterial = (t, n, i = 1) => new Oa({ color: t, opacity: i, transparent: i < 1 }), this.camera.add(this.lights), this.root = null, this.halo = [], this.drawn = !1, this.before = null;
  }
  get canvas() {
    return this.renderer.domElement;
  }
  determineSceneRenderer() {
    return Sv();
  }
  configureLabelRenderer() {
    this.labelRenderer = Sx;
  }
  configureControls() {
    this.controls = { update() {
    }, dispose() {
    } };
  }
  configurePostProcessing() {
  }
  setupCamera() {
  }
  /** The size of the view in device pixels. */
  setPixels(e, t) {
    this.cachedMountNodeSize = { width: e, height: t };
  }
  /** Replaces what is drawn. */
  show(e) {
    this.setHalo([], null), this.drawn ? this.#s() : this.#t(this.root), this.threeUUIDTojsonObject = {}, this.computeIdToThree = {}, this.addToScene(e, !0), this.root = this.scene.getObjectByName(e.name), Cx(this.scene.getObjectByName("polyhedra")), this.root.updateMatrixWorld(!0);
  }
  renderScene() {
    super.renderScene(), this.drawn = !!this.root, this.before && (this.#t(this.before), this.before = null);
  }
  clear() {
    this.setHalo([], null), this.#t(this.root), this.#t(this.before), this.root = this.before = null;
  }
  // three.js forgets a shader with the last material that uses it, and to compile one anew takes
  // half a second in software: what was drawn is kept until what follows it is drawn.
  #s() {
    this.scene.remove(this.root), this.before = this.root, this.drawn = !1;
  }
  #t(e) {
    e && (Li(e), this.scene.remove(e));
  }
  makeObject(e) {
    return e.type === "spheres" ? xh(vh(e.positions, e.radius, e.color)) : e.type === "cylinders" ? xh(Mx(e.positionPairs, e.radius, e.color)) : super.makeObject(e);
  }
  /** A coloured rim around atoms: discs behind them. */
  setHalo(e, t) {
    this.halo.forEach((i) => {
      this.scene.remove(i), i.geometry.dispose(), i.material.dispose();
    });
    const n = new Set(e.map(({ radius: i }) => i));
    this.halo = [...n].map((i) => {
      const s = e.filter((o) => o.radius === i).map(({ world: o }) => o.toArray());
      return vh(s, i + Tx, t, !0);
    }), this.halo.length && this.scene.add(...this.halo);
  }
  /** Lines of the cell in the colour of the page's text. */
  setLineColor(e) {
    this.scene.getObjectByName("unit_cell")?.traverse((t) => {
      t.isLineSegments && (t.material.color = new pe(e));
    });
  }
  setVisible(e, t) {
    const n = this.scene.getObjectByName(e);
    n && (n.visible = t);
  }
  onDestroy() {
    this.clear(), this.controls ??= { update() {
    }, dispose() {
    } }, super.onDestroy();
  }
}
function Cx(r) {
  if (!r) return;
  const e = /* @__PURE__ */ new Map();
  r.traverse((t) => {
    if (!t.geometry) return;
    const n = `${t.type} ${t.material.color.getHexString()}`;
    e.has(n) || e.set(n, []), e.get(n).push(t);
  }), r.clear();
  for (const t of e.values()) {
    const n = xx(t.map((s) => s.geometry));
    t.forEach((s) => s.geometry.dispose());
    const i = t[0].isLineSegments ? Ln : $e;
    r.add(new i(n, t[0].material));
  }
}
function xh(r) {
  const e = new ze();
  return e.add(r), e;
}
const Lx = 30, _h = 160, Rx = 220, Wo = /* @__PURE__ */ new Set();
class Px {
  constructor(e) {
    this.eye = new iv(), this.selected = /* @__PURE__ */ new Set(), this.serial = 0, this.shown = {}, this.sharpness = 1, this.abort = new AbortController(), this.measure = new hv(), this.hiddenElements = /* @__PURE__ */ new Set(), this.around = "", this.size = 1, this.frameAt = -1, Wo.add(this), this.panel = new wv(this), this.stage = Ue("div", { className: "stage", tabindex: "0", role: "application" }), this.tip = Ue("div", { className: "tip", hidden: "" }), this.frame = Ue("div", { className: "crystal-view", role: "group" }), this.frame.append(
      this.panel.toolbar,
      this.stage,
      this.panel.player,
      Ue("div", { className: "footer" }, this.panel.legend, this.panel.chosen)
    ), e.append(this.frame), this.scene = new Ax(this.stage), this.picture = this.scene.canvas.getContext("bitmaprenderer"), this.axes = Ue("canvas", { className: "axes" }).getContext("2d"), this.ink = Ue("canvas", { className: "ink" }).getContext("2d"), this.stage.append(this.ink.canvas, this.axes.canvas, this.tip), this.stage.crystalView = this, this.leave = Ev(this), lv(this.stage, this, this.abort.signal), this.resized = new ResizeObserver(() => this.invalidate()), this.resized.observe(this.stage), this.seen = new IntersectionObserver(([t]) => {
      this.visible = t.isIntersecting, this.visible && this.invalidate();
    }), this.seen.observe(this.stage), this.stage.addEventListener("transitionend", () => this.#n(), { signal: this.abort.signal });
  }
  /** Takes what Python says. */
  update(e, t) {
    this.send = t, this.data = e, this.stage.style.height = `${e.height_px}px`, this.frame.setAttribute("aria-label", `Crystal ${e.name}`), this.stage.setAttribute(
      "aria-label",
      `${e.name} in 3D. Arrow keys turn, plus and minus zoom, R resets, Escape clears the choice.`
    ), e.digest !== this.digest && (this.digest = e.digest, this.stop(), this.measure.clear(), this.frameAt = e.frames.length - 1, e.crystal !== this.crystal && (this.hiddenElements.clear(), this.around = "", this.crystal = e.crystal, this.eye.reset(), this.selected.clear()), this.#t());
    const n = JSON.stringify(e.shown);
    n !== this.asked && (this.asked = n, this.shown = { ...e.shown }), e.serial >= this.serial && (this.serial = e.serial, this.selected = new Set(e.selected)), this.#e(), this.#n();
  }
  toggleLayer(e) {
    this.shown[e] = !this.shown[e], this.#e();
  }
  toggleMeasure() {
    this.measure.toggle(), this.#e();
  }
  toggleElement(e) {
    this.hiddenElements.delete(e) || this.hiddenElements.add(e), this.measure.clear(), this.#t(), this.#e(), this.#n();
  }
  setAround(e) {
    this.around = e, this.#t(), this.#e(), this.#n();
  }
  setSize(e) {
    this.size = e, this.#t(), this.#e(), this.#n();
  }
  setFrame(e) {
    this.frameAt = Math.max(0, Math.min(this.data.frames.length - 1, e)), this.measure.clear(), this.#t(), this.#e(), this.#n();
  }
  play() {
    if (this.playing) {
      this.stop(), this.#e();
      return;
    }
    const e = this.data.frames.length - 1;
    this.setFrame(this.frameAt >= e ? 0 : this.frameAt), this.playing = setInterval(() => {
      this.frameAt >= e ? this.stop() : this.setFrame(this.frameAt + 1), this.#e();
    }, Rx), this.#e();
  }
  stop() {
    clearInterval(this.playing), this.playing = null;
  }
  setSupercell(e) {
    this.send("supercell", e);
  }
  reset() {
    this.eye.reset(), this.#s(), this.invalidate();
  }
  turn(e, t) {
    this.eye.turn(e, t), this.#o();
  }
  magnify(e) {
    this.eye.magnify(e), this.#o();
  }
  pan(e, t) {
    this.eye.pan(e, t), this.#o();
  }
  click(e, t, n) {
    if (!this.data.pickable && !this.measure.active) return;
    const i = this.#l(e, t);
    if (!i) return;
    if (this.measure.active) {
      this.measure.take(i.atom), this.#e();
      return;
    }
    const { site: s } = i.atom, o = this.selected.has(s);
    n || this.selected.clear(), o ? this.selected.delete(s) : this.selected.add(s), this.#a();
  }
  chooseElement({ sites: e }, t) {
    const n = e.every((i) => this.selected.has(i));
    t || this.selected.clear(), e.forEach((i) => n ? this.selected.delete(i) : this.selected.add(i)), this.#a();
  }
  clearSelection() {
    if (this.measure.active) {
      this.measure.clear(), this.#e();
      return;
    }
    this.selected.size && (this.selected.clear(), this.#a());
  }
  hover(e, t) {
    const n = this.#l(e, t);
    if (this.stage.classList.toggle("over-atom", !!n && (this.data.pickable || this.measure.active)), !n) {
      this.hideTip();
      return;
    }
    const { site: i, element: s, masked: o } = n.atom, a = this.data.coordinates[i].map((c) => c.toFixed(3)).join("  ");
    this.tip.textContent = `${o ? "masked site" : s} ${i}   ${a}`, this.tip.hidden = !1;
    const l = this.stage.clientWidth - this.tip.offsetWidth - 8;
    this.tip.style.left = `${Math.max(4, Math.min(l, e + 14))}px`, this.tip.style.top = `${Math.max(4, t - 32)}px`;
  }
  /** Where atoms can be clicked, in pixels of the stage; what tests steer by. */
  clickable() {
    const e = this.#r();
    return e.filter((t) => !vu(t, e, this.pixelsPerAngstrom)).map(({ atom: t, x: n, y: i }) => ({ site: t.site, element: t.element, x: n, y: i }));
  }
  hideTip() {
    this.tip.hidden = !0;
  }
  download() {
    const { width: e, height: t } = this.#i(), n = Math.max(2, Math.min(4, 2e3 / e)), i = Ue("canvas", { width: Math.round(e * n), height: Math.round(t * n) }), s = i.getContext("2d");
    s.fillStyle = this.theme.background, s.fillRect(0, 0, i.width, i.height);
    const o = this.#h(n);
    o && (s.drawImage(o, 0, 0), o.close(), this.#d(s, n, this.shown.labels), s.setTransform(n, 0, 0, n, 0, (t - os) * n), qc(s, this.scene.camera, this.data.scene.lattice, this.theme), i.toBlob((a) => {
      const l = URL.createObjectURL(a);
      Ue("a", { href: l, download: `${this.data.name.replace(/\W+/g, "") || "crystal"}.png` }).click(), setTimeout(() => URL.revokeObjectURL(l), 1e4);
    }));
  }
  /** Draws at the next frame; many wishes make one picture. */
  invalidate() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null, this.#u();
    });
  }
  destroy() {
    this.abort.abort(), this.stop(), Wo.delete(this), this.resized.disconnect(), this.seen.disconnect(), clearTimeout(this.resting), this.pending && cancelAnimationFrame(this.pending), this.scene.onDestroy(), this.leave(), this.frame.remove();
  }
  /** Turns the viewers that are linked to this one likewise. */
  #s() {
    if (this.data.link)
      for (const e of Wo)
        e === this || e.data?.link !== this.data.link || (e.eye.orientation.copy(this.eye.orientation), e.eye.zoom = this.eye.zoom, e.invalidate());
  }
  /** Gives the renderer what is to be seen now. */
  #t() {
    const e = this.data.frames[this.frameAt]?.scene ?? this.data.scene, t = rv(e, this);
    this.centres = sv(e), this.scene.show(t), this.atoms = Nc(t);
    const n = [this.data.scene, ...this.data.frames.map((i) => i.scene)].map((i) => ev(Nc(i), i));
    this.reach = {
      inside: Math.max(...n.map(({ inside: i }) => i)),
      withOutside: Math.max(...n.map(({ withOutside: i }) => i))
    };
  }
  #l(e, t) {
    return tv(this.#r(), e, t, this.pixelsPerAngstrom);
  }
  #r() {
    const { width: e, height: t } = this.#i(), n = this.atoms.filter((i) => i.group === "atoms" || this.shown.polyhedra);
    return Oc(n, this.scene.camera, e, t);
  }
  #i() {
    return { width: this.stage.clientWidth, height: this.stage.clientHeight };
  }
  // While something turns, each frame counts; a moment later it is drawn sharp again.
  #o() {
    this.#s(), this.moving = !0, clearTimeout(this.resting), this.resting = setTimeout(() => {
      this.sharpness = 1, this.moving = !1, this.invalidate();
    }, _h), this.invalidate();
  }
  #a() {
    this.serial += 1, this.#e(), this.send("picked", { serial: this.serial, crystal: this.crystal, sites: [...this.selected].sort((e, t) => e - t) });
  }
  #e() {
    const e = this.data.scene.contents.some(
      (t) => t.name === "polyhedra" && t.contents.length
    );
    this.panel.update({
      shown: this.shown,
      supercell: this.data.supercell,
      cellLimit: this.data.cell_limit,
      elements: this.data.elements,
      selected: this.selected,
      pickable: this.data.pickable,
      hasPolyhedra: e,
      centres: this.centres,
      around: this.around,
      size: this.size,
      hiddenElements: this.hiddenElements,
      measuring: this.measure.active,
      measured: this.measure.text(this.data.neighbours),
      frames: this.data.frames,
      frameAt: this.frameAt,
      playing: !!this.playing
    }), this.scene.setVisible("bonds", this.shown.bonds), this.scene.setVisible("polyhedra", this.shown.polyhedra), this.scene.setVisible("outside", this.shown.polyhedra), this.scene.setVisible("unit_cell", this.shown.cell), this.#c(), this.invalidate();
  }
  #c() {
    const e = this.atoms.filter(
      ({ site: t, group: n }) => this.selected.has(t) && (n === "atoms" || this.shown.polyhedra)
    );
    this.scene.setHalo(e, this.theme?.accent ?? "#d9480f");
  }
  #n() {
    const e = getComputedStyle(this.stage), t = (n, i) => e.getPropertyValue(n).trim() || i;
    this.theme = {
      text: t("--st-text-color", "#1b1f24"),
      background: t("--st-background-color", "#ffffff"),
      accent: t("--view-accent", "#d9480f")
    }, this.scene.setLineColor(this.theme.text), this.#c(), this.invalidate();
  }
  #u() {
    const { width: e, height: t } = this.#i();
    if (!this.data || !e || !t || this.visible === !1) return;
    const n = performance.now(), i = jo() * this.sharpness, s = this.#h(i);
    if (!s) return;
    this.picture.transferFromImageBitmap(s), this.#f(e, t), this.#p();
    const o = n - (this.drawnAt ?? 0);
    this.drawnAt = n, this.moving && o > Lx && o < _h * 4 && (this.sharpness = Math.max(0.5, this.sharpness * 0.9)), this.frames = (this.frames ?? 0) + 1;
  }
  /** The three-dimensional part of the picture. */
  #h(e) {
    const { width: t, height: n } = this.#i(), [i, s] = [Math.round(t * e), Math.round(n * e)], o = this.shown.polyhedra ? this.reach.withOutside : this.reach.inside;
    return this.pixelsPerAngstrom = this.eye.apply(this.scene.camera, o, t, n), this.scene.setPixels(i, s), Tv(i, s, this.scene, this.sharpness < 1);
  }
  #f(e, t) {
    const { canvas: n } = this.ink;
    this.labelled = this.shown.labels && this.sharpness === 1;
    const i = this.labelled || this.data.masked.length > 0 || this.measure.atoms.length > 0;
    if (n.hidden = !i, !i) return;
    const s = jo();
    n.width = Math.round(e * s), n.height = Math.round(t * s), this.#d(this.ink, s, this.labelled);
  }
  #d(e, t, n) {
    e.setTransform(t, 0, 0, t, 0, 0), mv(e, this.#r(), this.pixelsPerAngstrom, n);
    const { width: i, height: s } = this.#i();
    xv(e, Oc(this.measure.atoms, this.scene.camera, i, s), this.theme);
  }
  #p() {
    const e = jo();
    this.axes.canvas.width = os * e, this.axes.canvas.height = os * e, this.axes.setTransform(e, 0, 0, e, 0, 0), qc(this.axes, this.scene.camera, this.data.scene.lattice, this.theme);
  }
}
function jo() {
  return Math.min(2, window.devicePixelRatio || 1);
}
const qo = /* @__PURE__ */ new WeakMap();
function zx({ parentElement: r, data: e, setStateValue: t }) {
  let n = qo.get(r);
  return n || (n = new Px(r), qo.set(r, n)), n.update(e, t), () => {
    qo.delete(r), n.destroy();
  };
}
export {
  zx as default
};
