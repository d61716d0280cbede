"""Exports: figures for spreadsheets. Each is one module of this package.

=======  =====================================================================================
results  the results of an assessment, as a workbook
=======  =====================================================================================
"""
