/** Pictures are made small before they leave the phone, and lose the position and all else that cameras write into them. */

const LONGEST_SIDE = 2048;
const QUALITY = 0.85;
const SMALL_PNG = 1024 * 1024;

const blob = (canvas, type) => new Promise((done) => canvas.toBlob(done, type, QUALITY));

/** The file to send for `file`; what is no picture, or one that this browser can't read, stays as it is: the server decides. */
export async function lightened(file) {
  if (!file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const png = file.type === "image/png" ? await blob(canvas, "image/png") : null;
    return (png && png.size <= SMALL_PNG ? png : await blob(canvas, "image/jpeg")) ?? file;
  } catch {
    return file;
  }
}
