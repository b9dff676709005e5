import { en } from './en.ts'
import { zh } from './zh.ts'

/** Every text of the page: one that a language lacks does not compile. */
export type Texts = typeof en

export type Language = 'en' | 'zh'

export const TEXTS: Readonly<Record<Language, Texts>> = { en, zh }

/** For dates and figures. */
export const LOCALES: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' }

const STORED_AS = 'oss-multipart-page language'

/** What was chosen, else the first language of the browser that the page speaks. */
export function usualLanguage(): Language {
  const stored = storedLanguage()
  if (stored !== undefined) return stored
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase())
  return spoken.find(isLanguage) ?? 'en'
}

function storedLanguage(): Language | undefined {
  try {
    const stored = localStorage.getItem(STORED_AS) ?? ''
    return isLanguage(stored) ? stored : undefined
  } catch {
    return undefined
  }
}

export function storeLanguage(language: Language): void {
  try {
    localStorage.setItem(STORED_AS, language)
  } catch {
    // A browser that keeps nothing is asked again at the next visit.
  }
}

function isLanguage(text: string): text is Language {
  return text in TEXTS
}
