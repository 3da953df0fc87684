import { documentPath, type UploadedDocument, uploadedDocument } from '@getuige/contract'
import { parseRefusal, RefusalError } from '../api/index.ts'

/** Hands in the document of a decision. Throws `RefusalError`. */
export async function uploadDocument(file: File): Promise<UploadedDocument> {
  let answer: Response
  let text: string
  try {
    answer = await fetch(documentPath, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/octet-stream', 'x-getuige': 'web' },
      body: file,
    })
    text = await answer.text()
  } catch (cause) {
    throw new RefusalError({ code: 'client/offline' }, { cause })
  }
  if (!answer.ok) throw parseRefusal(text)
  return uploadedDocument.parse(JSON.parse(text))
}
