// The images, as the Java wrote them and as the page uses them. Nothing here changes them later.

const block = document.getElementById('images');
const images = JSON.parse(block.textContent);
block.remove();

images.forEach((image, index) => { image.index = index; });

const imagesByPath = new Map(images.map(image => [image.path, image]));

// What follows from an image is worked out where it is wanted: of ten thousand, few are looked at.

const isNegative = ([, weight]) => weight < 0;

function positivesOf(image) {
  return image.prompts.filter(prompt => !isNegative(prompt));
}

function negativesOf(image) {
  return image.prompts.filter(isNegative);
}

function texts(prompts) {
  return prompts.length === 1 ? prompts[0][0] : prompts.map(([text]) => text).join('\n');
}

function nameOf(image) {
  return image.path.slice(image.path.lastIndexOf('/') + 1);
}

function titleOf(image) {
  return texts(positivesOf(image)) || texts(negativesOf(image)) || nameOf(image);
}

function sizeOf(image) {
  return image.width && image.height ? `${image.width} × ${image.height}` : undefined;
}

/** Without what a search looks past: upper case, accents, the many widths of East Asian letters. */
function folded(text) {
  const small = text.toLowerCase();
  return /[^\x00-\x7f]/.test(small) ? small.normalize('NFKD').replace(/\p{M}/gu, '') : small;
}

/** Relative whatever the path is: "./" keeps a colon from being a scheme and slashes from being a host. */
function urlOf(image) {
  return './' + image.path.split('/').map(part => encodeURIComponent(part.toWellFormed())).join('/');
}

function parameter(image, name) {
  return image.parameters.find(([key]) => key === name)?.[1];
}

const counted = new Intl.NumberFormat('en');
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

function plural(count, noun) {
  return `${counted.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function fileSize(bytes) {
  if (bytes < 1000) return plural(bytes, 'byte');
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** An element; children that are no elements become text, whatever they say. */
function element(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children);
  return node;
}

/** The image in its frame, or its name where the file is missing or broken. */
function framed(image, attributes) {
  const picture = element('img', { alt: titleOf(image), decoding: 'async', draggable: 'false', ...attributes });
  const frame = element('span', { class: 'frame' }, picture);
  picture.addEventListener('error', () => {
    frame.classList.add('missing');
    frame.append(element('span', { class: 'name' }, image.path));
  }, { once: true });
  picture.src = urlOf(image);
  return frame;
}
